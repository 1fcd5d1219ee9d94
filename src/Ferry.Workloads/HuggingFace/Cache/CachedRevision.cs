using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Cache;

/// <summary>A commit that a cache has a snapshot of.</summary>
public sealed record CachedRevision
{
    /// <summary>The commit.</summary>
    public required Revision Commit { get; init; }

    /// <summary>Its files, as far as somebody has downloaded them.</summary>
    public required IReadOnlyList<CachedFile> Files { get; init; }

    /// <summary>The refs that lead to it.</summary>
    public required IReadOnlyList<RefName> Refs { get; init; }

    /// <summary>Names in it that cannot be read: the snapshot is not what it should be.</summary>
    public required int Broken { get; init; }

    /// <summary>Whether the cache has the hub's listing of the commit, and each file of it.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>Bytes of its contents, each counted once.</summary>
    public long Bytes
    {
        get
        {
            var seen = new HashSet<ContentId>();
            var bytes = 0L;
            foreach (var file in Files)
            {
                bytes += seen.Add(file.Blob.Content) ? file.Blob.Bytes : 0;
            }

            return bytes;
        }
    }
}

/// <summary>A ref in a cache.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Commit">Where it leads.</param>
public sealed record CachedRef(RefName Name, Revision Commit);

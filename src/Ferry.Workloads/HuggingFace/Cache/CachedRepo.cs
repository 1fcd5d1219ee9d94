using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Cache;

/// <summary>What is wrong with something in a cache; nothing is changed because of it.</summary>
/// <param name="Path">Relative to the cache, fit for display.</param>
/// <param name="Reason">Half a sentence.</param>
public sealed record CacheProblem(string Path, string Reason)
{
    /// <summary>One line.</summary>
    public override string ToString() => $"{Path}: {Reason}";
}

/// <summary>A download in progress, or what is left of one.</summary>
/// <param name="Path">Relative to the cache.</param>
/// <param name="Bytes">Its size so far.</param>
public sealed record IncompleteDownload(string Path, long Bytes);

/// <summary>A repository in a cache.</summary>
public sealed record CachedRepo
{
    /// <summary>Which.</summary>
    public required RepoId Id { get; init; }

    /// <summary>Its snapshots, by commit.</summary>
    public required IReadOnlyList<CachedRevision> Revisions { get; init; }

    /// <summary>Its refs, by name.</summary>
    public required IReadOnlyList<CachedRef> Refs { get; init; }

    /// <summary>The contents below its <c>blobs</c>, and in the shared store by way of it; also those that no snapshot uses.</summary>
    public required IReadOnlyDictionary<BlobName, CachedBlob> Blobs { get; init; }

    /// <summary>Downloads in progress.</summary>
    public required IReadOnlyList<IncompleteDownload> Incomplete { get; init; }

    /// <summary>What is wrong with it.</summary>
    public required IReadOnlyList<CacheProblem> Problems { get; init; }

    /// <summary>All contents: of <see cref="Blobs"/>, and those of snapshots without a name there.</summary>
    public IEnumerable<CachedBlob> Contents
    {
        get
        {
            foreach (var blob in Blobs.Values)
            {
                yield return blob;
            }

            foreach (var file in Revisions.SelectMany(static revision => revision.Files))
            {
                if (file.Blob.Name is not { } name || !Blobs.ContainsKey(name))
                {
                    yield return file.Blob;
                }
            }
        }
    }
}

/// <summary>What a cache of the hub holds, at the moment that it was read.</summary>
/// <param name="Directory">The cache.</param>
/// <param name="Repos">Its repositories, by folder.</param>
/// <param name="Problems">What is wrong outside of them.</param>
public sealed record HubCache(string Directory, IReadOnlyList<CachedRepo> Repos, IReadOnlyList<CacheProblem> Problems)
{
    /// <summary>Bytes of all contents, each counted once, whatever number of repositories share it.</summary>
    public long Bytes
    {
        get
        {
            var seen = new HashSet<ContentId>();
            return Repos.SelectMany(static repo => repo.Contents).Where(blob => seen.Add(blob.Content)).Sum(static blob => blob.Bytes);
        }
    }
}

using Ferry.Core.Hashing;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Wire;

/// <summary>What a revision of a repository consists of, as a bucket has it: docs/formats/hub-bucket.md.</summary>
public sealed record RepoManifest
{
    private static readonly Dictionary<BlobName, Digest> s_none = [];

    /// <summary>The repository.</summary>
    public required RepoId Repo { get; init; }

    /// <summary>The commit.</summary>
    public required Revision Revision { get; init; }

    /// <summary>Its files, each path once; none is the directory of another.</summary>
    public required IReadOnlyList<ManifestFile> Files { get; init; }

    /// <summary>Who may have it, as the writer knew.</summary>
    public RepoVisibility Visibility { get; init; }

    /// <summary>Whether these are all files of the commit, not only those that somebody had downloaded.</summary>
    public bool IsComplete { get; init; }

    /// <summary>SHA-256 of contents that are named by git's SHA-1; those of others are their names.</summary>
    public IReadOnlyDictionary<BlobName, Digest> Sha256 { get; init; } = s_none;

    /// <summary>Which program wrote it, and its version; null for the older tool.</summary>
    public string? Writer { get; init; }

    /// <summary>Bytes of its contents, each counted once; the largest number where they are more.</summary>
    public long Bytes
    {
        get
        {
            var seen = new HashSet<BlobName>(Files.Count);
            var bytes = 0L;
            foreach (var file in Files)
            {
                bytes += seen.Add(file.Blob) ? Math.Min(file.Bytes, long.MaxValue - bytes) : 0;
            }

            return bytes;
        }
    }
}

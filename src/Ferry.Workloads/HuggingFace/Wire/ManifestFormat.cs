namespace Ferry.Workloads.HuggingFace.Wire;

/// <summary>Keys and limits of manifests in buckets.</summary>
public static class ManifestFormat
{
    /// <summary>Larger manifests are refused, unread.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>Manifests with more files are refused.</summary>
    public const int MaxFiles = 400_000;

    internal const string Repo = "repo";
    internal const string Revision = "revision";
    internal const string RepoType = "repo_type";
    internal const string Files = "files";
    internal const string Path = "path";
    internal const string Blob = "blob";
    internal const string Size = "size";
    internal const string Extras = "ferry";
    internal const string Writer = "writer";
    internal const string Visibility = "visibility";
    internal const string Complete = "complete";
    internal const string Bytes = "bytes";
    internal const string Digest = "digest";
    internal const string Sha256 = "sha256";

    // Deeper than any manifest goes.
    internal const int MaxDepth = 16;

    internal const int MaxRefusedShown = 100;
    internal const int MaxWriter = 200;
}

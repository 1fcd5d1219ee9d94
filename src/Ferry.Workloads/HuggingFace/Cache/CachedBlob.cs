using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Cache;

/// <summary>Tells contents apart, whatever their names: one that two repositories share is there once.</summary>
/// <param name="Device">The file system.</param>
/// <param name="Inode">The file within it.</param>
public readonly record struct ContentId(ulong Device, ulong Inode);

/// <summary>A content in a cache.</summary>
public sealed record CachedBlob
{
    /// <summary>Its name; null for a file that lies in a snapshot without one, as where there are no links. Not checked against the content.</summary>
    public BlobName? Name { get; init; }

    /// <summary>Where it is, relative to the cache; there is no link in it.</summary>
    public required string Path { get; init; }

    /// <summary>The name below <c>blobs</c> of its repository that links to it, relative to the cache; null unless it is in the store that repositories share.</summary>
    public string? Link { get; init; }

    /// <summary>Its size.</summary>
    public required long Bytes { get; init; }

    /// <summary>Which file it is.</summary>
    public required ContentId Content { get; init; }

    /// <summary>How many names the file has.</summary>
    public required uint Links { get; init; }

    /// <summary>When it was written.</summary>
    public required Timestamp Modified { get; init; }
}

/// <summary>A file of a snapshot.</summary>
/// <param name="Path">Its path in the repository.</param>
/// <param name="Blob">Its content.</param>
public readonly record struct CachedFile(RepoPath Path, CachedBlob Blob);

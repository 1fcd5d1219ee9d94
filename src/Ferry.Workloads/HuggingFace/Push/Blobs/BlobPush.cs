using Ferry.Core.Hashing;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Push.Revisions;

namespace Ferry.Workloads.HuggingFace.Push.Blobs;

/// <summary>What became of a content.</summary>
internal enum BlobState
{
    /// <summary>Nothing yet.</summary>
    Pending,

    /// <summary>The bucket has it.</summary>
    Present,

    /// <summary>It was sent.</summary>
    Sent,

    /// <summary>It only stands for a content, and is left out.</summary>
    Pointer,

    /// <summary>No copy of it is right, or it could not be sent.</summary>
    Failed,
}

/// <summary>A content that is to be in the bucket. Changed by whoever settles it, and read after that.</summary>
internal sealed class BlobPush(BlobName name)
{
    /// <summary>Its name.</summary>
    public BlobName Name => name;

    /// <summary>Its copies in the cache: repositories may have one each.</summary>
    public List<CachedBlob> Sources { get; } = [];

    /// <summary>Repositories with a revision that has it.</summary>
    public HashSet<RepoPush> Users { get; } = [];

    /// <summary>Its size: that of the copy that was sent or is in the bucket, before that of the first one.</summary>
    public long Bytes { get; set; }

    /// <summary>What became of it.</summary>
    public BlobState State { get; set; }

    /// <summary>Whether the bucket has another one under the name.</summary>
    public bool IsRepair { get; set; }

    /// <summary>Whether the bucket has it, but a collection has seen that nothing refers to it: written anew, it stays.</summary>
    public bool IsMarked { get; set; }

    /// <summary>Whether what the bucket has is to be read and hashed.</summary>
    public bool IsToVerify { get; set; }

    /// <summary>Whether it replaces what is under its name.</summary>
    public bool Replaces => IsRepair || IsMarked;

    /// <summary>SHA-256 of a copy that was found to be what the name says; null if none was hashed.</summary>
    public Digest? Sha256 { get; set; }

    /// <summary>Whether the bucket has it.</summary>
    public bool IsThere => State is BlobState.Present or BlobState.Sent;
}

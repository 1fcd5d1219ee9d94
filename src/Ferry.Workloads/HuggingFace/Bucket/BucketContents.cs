using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Bucket;

/// <summary>A manifest or a ref that a bucket has: its key, taken apart, and the object.</summary>
/// <param name="Key">What its key says.</param>
/// <param name="Info">The object.</param>
public sealed record BucketEntry(HubKey Key, ObjectInfo Info);

/// <summary>What one listing of a bucket found. Nothing of it has been read.</summary>
public sealed record BucketContents
{
    /// <summary>The contents, by name.</summary>
    public required IReadOnlyDictionary<BlobName, ObjectInfo> Blobs { get; init; }

    /// <summary>The manifests, by key.</summary>
    public required IReadOnlyDictionary<string, BucketEntry> Manifests { get; init; }

    /// <summary>The refs, by key.</summary>
    public required IReadOnlyDictionary<string, BucketEntry> Refs { get; init; }

    /// <summary>Who says that they are sending contents, by the name of those.</summary>
    public required IReadOnlyDictionary<BlobName, ObjectInfo> Claims { get; init; }

    /// <summary>The list of contents that nothing refers to; null if there is none.</summary>
    public required ObjectInfo? Marks { get; init; }

    /// <summary>The first of the keys that should be those of manifests, and are none that is understood: they may name contents.</summary>
    public required IReadOnlyList<string> StrangeManifests { get; init; }

    /// <summary>How many objects are below the prefix that are none of these.</summary>
    public required long Others { get; init; }

    /// <summary>Bytes of the contents.</summary>
    public long Bytes => Blobs.Values.Sum(static blob => blob.Length);

    /// <summary>Whether a content is there with as many bytes; whether they are the right ones is not known.</summary>
    public bool Has(BlobName name, long bytes) => Blobs.TryGetValue(name, out var found) && found.Length == bytes;
}

namespace Ferry.Core.Storage;

/// <summary>An object as a store tells of it.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Version">
/// Changes whenever the object is replaced by other bytes, and is the same in every answer until then; opaque, and no digest: that of an S3 object in parts is none.
/// </param>
/// <param name="Modified">When it was written, by the store's clock; null where that is not told.</param>
public sealed record ObjectInfo(string Key, long Length, string Version, DateTimeOffset? Modified);

/// <summary>Bytes of an object.</summary>
/// <param name="Offset">Where they begin, 0 or more.</param>
/// <param name="Length">How many, 1 or more; what lies beyond the object's end is left out.</param>
public readonly record struct ByteRange(long Offset, long Length);

/// <summary>What of <see cref="IObjectStore.RemoveAsync"/> failed.</summary>
/// <param name="Key">Which object.</param>
/// <param name="Error">Why.</param>
public sealed record FailedRemoval(string Key, StoreException Error);

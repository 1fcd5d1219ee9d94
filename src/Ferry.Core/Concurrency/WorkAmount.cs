namespace Ferry.Core.Concurrency;

/// <summary>What a piece of work moved, in the two currencies that devices charge: requests and bytes.</summary>
/// <param name="Bytes">Bytes read or written, 0 or more.</param>
/// <param name="Operations">Requests made (a file opened, a directory entry stat'ed), 0 or more.</param>
public readonly record struct WorkAmount(long Bytes, int Operations = 1)
{
    /// <summary>Bytes that cost about as much as one request on the storage Ferry meets: 64 KiB.</summary>
    public const long BytesPerOperation = 64 * 1024;

    /// <summary>The amount on one scale, in bytes: a request counts as <see cref="BytesPerOperation"/>.</summary>
    internal long Cost => Bytes + Operations * BytesPerOperation;
}

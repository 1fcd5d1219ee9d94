namespace Ferry.Core.Storage;

/// <summary>How an object is written.</summary>
public sealed record WriteOptions
{
    /// <summary>Whatever is there.</summary>
    public static readonly WriteOptions Always = new();

    /// <summary>
    /// Only if nothing is under the key. With <see cref="StoreFacts.HasConditionalWrites"/> that is decided by the store, and of many writers one wins; without, the
    /// store is asked first, and writers at the same instant may all write.
    /// </summary>
    public static readonly WriteOptions IfAbsent = new() { OnlyIfAbsent = true };

    /// <summary>Whether the key must have no object.</summary>
    public bool OnlyIfAbsent { get; init; }

    /// <summary>Version that the object under the key must have; null for any. As <see cref="OnlyIfAbsent"/>, decided by the store only where it can.</summary>
    public string? IfVersion { get; init; }

    /// <summary>Is told of bytes that were sent; may be called on several threads. Bytes that were sent in vain are taken back, as a negative number.</summary>
    public Action<long>? Progress { get; init; }
}

/// <summary>What became of a write.</summary>
public enum WriteOutcome
{
    /// <summary>The object is there as it was sent.</summary>
    Written,

    /// <summary>A condition of the options does not hold; nothing was written.</summary>
    Refused,
}

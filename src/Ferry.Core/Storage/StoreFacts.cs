namespace Ferry.Core.Storage;

/// <summary>What a store is, as data: nobody asks for its type.</summary>
/// <param name="Name">For messages: <c>s3://bucket/prefix</c>, a directory.</param>
/// <param name="Requests">How many requests at a time it takes well to begin with, 1 or more.</param>
/// <param name="HasConditionalWrites">Whether conditions of a write are decided by the store itself, for objects of up to <see cref="ConditionalBytes"/>.</param>
/// <param name="ReadRangeBytes">How large ranges of a large object are best read at a time, side by side.</param>
public sealed record StoreFacts(string Name, int Requests, bool HasConditionalWrites, long ReadRangeBytes)
{
    /// <summary>Largest object, in bytes, that this goes for: some servers ignore conditions where an object comes in parts.</summary>
    public long ConditionalBytes { get; init; } = long.MaxValue;
}

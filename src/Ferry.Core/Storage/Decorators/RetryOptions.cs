namespace Ferry.Core.Storage;

/// <summary>How long a store is tried again.</summary>
public sealed record RetryOptions
{
    /// <summary>The longest wait before the first repetition; each further one may be twice as long.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>What no wait exceeds, unless the store asks for it.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long is tried altogether, counted from the call, or from the last byte or key that arrived.</summary>
    public TimeSpan TotalTime { get; init; } = TimeSpan.FromMinutes(5);
}

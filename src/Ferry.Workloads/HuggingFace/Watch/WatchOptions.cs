namespace Ferry.Workloads.HuggingFace.Watch;

/// <summary>How a cache is watched.</summary>
public sealed record WatchOptions
{
    /// <summary>The cache.</summary>
    public required string CacheDirectory { get; init; }

    /// <summary>A file that whoever watches the cache locks; its directory must exist.</summary>
    public required string LockPath { get; init; }

    /// <summary>How long nothing must have changed before a push: no new file, no byte of a download.</summary>
    public TimeSpan Debounce { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often is looked where nobody tells of changes.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long is waited after the first push that failed; after each further one twice as long.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What no such wait exceeds.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether is looked from time to time, even where changes are told.</summary>
    public bool AlwaysPoll { get; init; }
}

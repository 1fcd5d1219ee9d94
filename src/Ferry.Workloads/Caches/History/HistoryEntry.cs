namespace Ferry.Workloads.Caches.History;

/// <summary>What one command did with one cache.</summary>
public sealed record HistoryEntry
{
    /// <summary>When it ended.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The command's name, for example <c>sync</c>.</summary>
    public required string Command { get; init; }

    /// <summary>The cache's variable.</summary>
    public required string Cache { get; init; }

    /// <summary>How it ended, in the words of the command's JSON report; <see cref="FailedOutcome"/> when it failed.</summary>
    public required string Outcome { get; init; }

    /// <summary>Files that were moved or worked on.</summary>
    public long Files { get; init; }

    /// <summary>Bytes that were moved or worked on.</summary>
    public long Bytes { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The machine's name; null when not known.</summary>
    public string? Host { get; init; }

    /// <summary>The batch system's number of the job; null outside of one.</summary>
    public string? Job { get; init; }

    /// <summary>Ferry's version; null when not known.</summary>
    public string? Version { get; init; }

    /// <summary>The place that a cache was moved from; null for commands that do not move one.</summary>
    public string? From { get; init; }

    /// <summary>The place that a cache was moved to; null for commands that do not move one.</summary>
    public string? To { get; init; }

    /// <summary>The outcome of what failed, for all commands.</summary>
    public const string FailedOutcome = "failed";

    /// <summary>Whether it failed.</summary>
    public bool IsFailure => Outcome == FailedOutcome;

    /// <summary>Bytes per second; null when no bytes or no time are recorded.</summary>
    public double? Rate => Bytes > 0 && Elapsed > TimeSpan.Zero ? Bytes / Elapsed.TotalSeconds : null;
}

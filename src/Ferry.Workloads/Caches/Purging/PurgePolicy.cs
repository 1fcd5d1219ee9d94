namespace Ferry.Workloads.Caches.Purging;

/// <summary>Which of a file's times tells its age to a purge.</summary>
public enum PurgeClock
{
    /// <summary>The last read, as the file system keeps it.</summary>
    Access,

    /// <summary>The last change of the contents; copies that keep their source's time are old from the start.</summary>
    Modification,

    /// <summary>The last change of anything; cannot be set, so a file is as old as its copy.</summary>
    Change,
}

/// <summary>After what time scratch removes files.</summary>
/// <param name="After">The age at which a file goes; zero: never.</param>
/// <param name="By">By which time.</param>
/// <param name="Origin">Who says so, for people: a site's name, a file.</param>
public sealed record PurgePolicy(TimeSpan After, PurgeClock By, string Origin)
{
    /// <summary>Longest <see cref="After"/> that can be configured.</summary>
    public static readonly TimeSpan MaxAfter = TimeSpan.FromDays(3650);

    /// <summary>Whether a staged file that keeps its source's times may go before its time: Ferry sets both times of a copy.</summary>
    public bool TakesOldTimes => After > TimeSpan.Zero && By != PurgeClock.Change;
}

namespace Ferry.Workloads.Caches;

/// <summary>Who moves the bytes.</summary>
public enum TransferEngine
{
    /// <summary>Ferry's own copier: hashed, verified, resumable.</summary>
    Native,

    /// <summary>The system's <c>rsync</c>, for sites that insist on it.</summary>
    Rsync,
}

/// <summary>Which modification times the staged files get.</summary>
public enum StagedTimestamps
{
    /// <summary>Those of the source, to the nanosecond where the file system keeps it.</summary>
    Preserve,

    /// <summary>The time of staging, for scratch file systems that purge by the age of a file's modification.</summary>
    Now,
}

/// <summary>How caches are moved between persistent storage and scratch.</summary>
public sealed record TransferOptions
{
    /// <summary>Largest number of files in flight for one cache that may be asked for.</summary>
    public const int MaxJobs = 256;

    /// <summary>Largest number of caches moved at a time.</summary>
    public const int MaxParallelCaches = 64;

    /// <summary>Longest <see cref="FreshFor"/>: ten years, which is "for ever" to a scratch directory.</summary>
    public static readonly TimeSpan MaxFreshFor = TimeSpan.FromDays(3650);

    /// <summary>Longest <see cref="LockTimeout"/>: one week, the longest job most clusters allow.</summary>
    public static readonly TimeSpan MaxLockTimeout = TimeSpan.FromDays(7);

    /// <summary>Files in flight for one cache: 1 to 256, or null to let the engine find what the devices take.</summary>
    /// <value>Default: null.</value>
    public int? Jobs
    {
        get;
        init => field = value is null ? null : InRange(value.Value, 1, MaxJobs, nameof(Jobs));
    }

    /// <summary>Caches moved at a time: 1 to 64.</summary>
    /// <value>Default: 4.</value>
    public int ParallelCaches { get; init => field = InRange(value, 1, MaxParallelCaches, nameof(ParallelCaches)); } = 4;

    /// <summary>Who moves the bytes.</summary>
    /// <value>Default: <see cref="TransferEngine.Native"/>.</value>
    public TransferEngine Engine { get; init; }

    /// <summary>Arguments added to every rsync call. Ignored unless <see cref="Engine"/> is <see cref="TransferEngine.Rsync"/>.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> RsyncExtraArgs { get; init; } = [];

    /// <summary>Upper bound of the rate at which file contents are read, in bytes per second for the whole command; 0: none.</summary>
    /// <value>Default: 0.</value>
    public long BandwidthLimitBytesPerSecond
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>How long a staged cache is used without a look at its source: zero (always look) to ten years.</summary>
    /// <value>Default: 1 hour.</value>
    public TimeSpan FreshFor { get; init => field = InRange(value, MaxFreshFor, nameof(FreshFor)); } = TimeSpan.FromHours(1);

    /// <summary>How long to wait for another process that moves the same cache: zero (do not wait) to one week.</summary>
    /// <value>Default: 5 minutes.</value>
    public TimeSpan LockTimeout { get; init => field = InRange(value, MaxLockTimeout, nameof(LockTimeout)); } = TimeSpan.FromMinutes(5);

    /// <summary>Which modification times the staged files get.</summary>
    /// <value>Default: <see cref="StagedTimestamps.Preserve"/>.</value>
    public StagedTimestamps Timestamps { get; init; }

    private static int InRange(int value, int least, int most, string name) =>
        value >= least && value <= most
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"must be from {least} to {most}");

    private static TimeSpan InRange(TimeSpan value, TimeSpan most, string name) =>
        value >= TimeSpan.Zero && value <= most
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"must be from 0 to {most}");
}

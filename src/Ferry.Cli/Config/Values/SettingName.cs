namespace Ferry.Cli.Config.Values;

/// <summary>The three names of one setting.</summary>
/// <param name="key">In a configuration file, with its section: <c>transfer.jobs</c>.</param>
/// <param name="environment">The environment variable.</param>
/// <param name="flag">The option of the command line.</param>
internal sealed class SettingName(string key, string environment, string flag)
{
    public static readonly SettingName Scratch = new("scratch", "FERRY_SCRATCH", "--scratch");
    public static readonly SettingName CacheRoot = new("cache_root", "FERRY_CACHE_ROOT", "--cache-root");
    public static readonly SettingName Jobs = new("transfer.jobs", "FERRY_JOBS", "--jobs");
    public static readonly SettingName ParallelCaches = new("transfer.parallel_caches", "FERRY_PARALLEL_CACHES", "--parallel-caches");
    public static readonly SettingName Engine = new("transfer.engine", "FERRY_ENGINE", "--engine");
    public static readonly SettingName BandwidthLimit = new("transfer.bandwidth_limit", "FERRY_BANDWIDTH_LIMIT", "--bandwidth-limit");
    public static readonly SettingName FreshFor = new("transfer.fresh_for", "FERRY_FRESH_FOR", "--fresh-for");
    public static readonly SettingName LockTimeout = new("transfer.lock_timeout", "FERRY_LOCK_TIMEOUT", "--lock-timeout");
    public static readonly SettingName Timestamps = new("transfer.timestamps", "FERRY_TIMESTAMPS", "--timestamps");

    /// <summary>The settings that the environment and the command line can give, in the order of the documentation.</summary>
    public static readonly SettingName[] All =
        [Scratch, CacheRoot, Jobs, ParallelCaches, Engine, BandwidthLimit, FreshFor, LockTimeout, Timestamps];

    public string Key { get; } = key;

    public string Environment { get; } = environment;

    public string Flag { get; } = flag;

    /// <summary>The key without its section.</summary>
    public string LocalKey => Key[(Key.IndexOf('.', StringComparison.Ordinal) + 1)..];
}

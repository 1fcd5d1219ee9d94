using Ferry.Cli.Config.Hub;
using Ferry.Cli.Config.Layers;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Purging;

namespace Ferry.Cli.Config.Keys;

/// <summary>Every key of <c>config.yaml</c> and <c>ferry.yaml</c>: what the reader accepts, the schema says and <c>config set</c> takes.</summary>
internal static class ConfigKeys
{
    /// <summary>The keys of one cache.</summary>
    public static readonly ConfigKey[] Cache =
    [
        new("source", ConfigKind.Path, "the persistent directory, an absolute path") { IsRequired = true },
        new("enabled", ConfigKind.Bool, "whether 'ferry sync' without names includes it"),
        new("exclude", ConfigKind.Texts, "what is not staged: patterns in gitignore syntax, relative to the source"),
    ];

    /// <summary>The keys of the section <c>transfer</c>.</summary>
    public static readonly ConfigKey[] Transfer =
    [
        new("jobs", ConfigKind.Count, "files in flight for one cache; auto finds what the devices take") { Most = TransferOptions.MaxJobs, Words = ["auto"] },
        new("parallel_caches", ConfigKind.Count, "caches moved at a time") { Most = TransferOptions.MaxParallelCaches },
        new("engine", ConfigKind.Word, "who moves the bytes") { Words = ScalarSettings.EngineWords },
        new("rsync_extra_args", ConfigKind.Texts, "arguments added to every rsync call; only with the engine rsync, and not in a project's file"),
        new("bandwidth_limit", ConfigKind.Rate, "most bytes read per second, such as 200MB; 0 for no limit"),
        new("fresh_for", ConfigKind.Duration, "how long a staged cache is used without a look at its source") { Most = (long)TransferOptions.MaxFreshFor.TotalSeconds },
        new("lock_timeout", ConfigKind.Duration, "how long to wait for another process that moves the same cache") { Most = (long)TransferOptions.MaxLockTimeout.TotalSeconds },
        new("timestamps", ConfigKind.Word, "modification times of staged files: the source's, or the time of staging") { Words = ScalarSettings.TimestampWords },
    ];

    /// <summary>The keys of the section <c>purge</c>.</summary>
    public static readonly ConfigKey[] Purge =
    [
        new("after", ConfigKind.Duration, "the age at which scratch removes a file; 0 for never") { Most = (long)PurgePolicy.MaxAfter.TotalSeconds, IsRequired = true },
        new("by", ConfigKind.Word, "which of its times tells a file's age") { Words = ScalarSettings.PurgeClockWords },
    ];

    /// <summary>The keys of the section <c>remote</c>.</summary>
    public static readonly ConfigKey[] Remote =
    [
        new("url", ConfigKind.Text, "the store: s3://bucket, az://container or file:///directory, and perhaps a prefix"),
        new("endpoint", ConfigKind.Text, "the URL of the service, if it is not Amazon's or Microsoft's own"),
        new("region", ConfigKind.Text, "the region that requests are signed for"),
        new("timeout", ConfigKind.Duration, "after how long without a byte a request is given up, and tried again") { Most = (long)HubLayer.MaxTimeout.TotalSeconds },
    ];

    /// <summary>The keys of the section <c>hub</c>.</summary>
    public static readonly ConfigKey[] Hub =
    [
        new("max_local", ConfigKind.Size, "how much of the disk 'ferry hf prune' leaves to the hub's cache, such as 50GB"),
        new("prefix", ConfigKind.Text, "the team's part of the store"),
        new("sync_xet", ConfigKind.Bool, "whether blobs in the xet format are shared too"),
        new("allow_gated", ConfigKind.Bool, "whether models that ask for an agreement may be pushed"),
    ];

    /// <summary>The keys of a file.</summary>
    public static readonly ConfigKey[] Top =
    [
        new("version", ConfigKind.Version, "the format of the file") { IsRequired = true },
        new("scratch", ConfigKind.Paths, "fast storage; of a list, the first that exists and is writable"),
        new("cache_root", ConfigKind.Path, "where below scratch the caches are staged"),
        new("caches", ConfigKind.Caches, "what to stage: an environment variable and its directory") { Keys = Cache },
        new("transfer", ConfigKind.Section, "how caches are moved") { Keys = Transfer },
        new("purge", ConfigKind.Section, "when scratch is purged, where ferry does not know the site's rule") { Keys = Purge },
        new("images", ConfigKind.Foreign, "settings of 'ferry image'"),
        new("environments", ConfigKind.Foreign, "settings of 'ferry env'"),
        new("remote", ConfigKind.Section, "the store of 'ferry hf'") { Keys = Remote },
        new("hub", ConfigKind.Section, "settings of 'ferry hf'") { Keys = Hub },
        new("app", ConfigKind.Foreign, "settings of 'ferry app'"),
    ];

    /// <summary>The names of keys, as they are written.</summary>
    public static string[] NamesOf(ConfigKey[] keys) => Array.ConvertAll(keys, static key => key.Name);
}

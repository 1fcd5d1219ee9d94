using Ferry.Cli.Config.Hub;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Purging;

namespace Ferry.Cli.Config.Layers;

/// <summary>What one source (a file, the environment, the command line) says. Null: it says nothing.</summary>
internal sealed class ConfigLayer
{
    public Setting<IReadOnlyList<string>>? Scratch { get; set; }

    public Setting<string>? CacheRoot { get; set; }

    /// <summary>The caches; null when there is no such section, which is not the same as an empty one.</summary>
    public List<CacheEntry>? Caches { get; set; }

    public Setting<int?>? Jobs { get; set; }

    public Setting<int>? ParallelCaches { get; set; }

    public Setting<TransferEngine>? Engine { get; set; }

    public Setting<IReadOnlyList<string>>? RsyncExtraArgs { get; set; }

    /// <summary>In bytes per second.</summary>
    public Setting<long>? BandwidthLimit { get; set; }

    public Setting<TimeSpan>? FreshFor { get; set; }

    public Setting<TimeSpan>? LockTimeout { get; set; }

    public Setting<StagedTimestamps>? Timestamps { get; set; }

    public Setting<PurgePolicy>? Purge { get; set; }

    /// <summary>The sections of 'ferry hf'.</summary>
    public HubLayer? Hub { get; set; }
}

/// <summary>What one or more sources say about one cache.</summary>
internal sealed class CacheEntry(string name, ConfigOrigin origin)
{
    public string Name { get; } = name;

    /// <summary>Where it is first mentioned.</summary>
    public ConfigOrigin Origin { get; } = origin;

    /// <summary>The persistent directory, not expanded.</summary>
    public Setting<string>? Source { get; set; }

    public Setting<bool>? Enabled { get; set; }

    public Setting<IReadOnlyList<string>>? Excludes { get; set; }
}

using Ferry.Cli.Config.Hub;
using Ferry.Cli.Config.Layers;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Purging;

namespace Ferry.Cli.Config;

/// <summary>
/// The configuration as written, from all sources together: every value with its origin, paths not yet expanded. Reading it never
/// fails because of the machine (an unset variable, a missing directory); <see cref="SettingsResolver"/> does that.
/// </summary>
internal sealed class FerryConfig
{
    /// <summary>Joins layers, the strongest first.</summary>
    public FerryConfig(IReadOnlyList<ConfigLayer> layers, IReadOnlyList<string> files, IReadOnlyList<string> notes)
    {
        (Files, Notes) = (files, notes);
        // Walked from the weakest to the strongest, so that what is set last wins.
        for (var i = layers.Count - 1; i >= 0; i--)
            Apply(layers[i]);
    }

    /// <summary>The files that were read, the strongest first; absolute paths.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>What the user should know, one line each; for standard error.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Candidates for the scratch directory, not expanded. Default: <c>$SCRATCH</c>.</summary>
    public Setting<IReadOnlyList<string>> Scratch { get; private set; } = new(["$SCRATCH"], ConfigOrigin.BuiltIn);

    /// <summary>Directory below scratch, not expanded. Default: <c>.cache/ferry</c>.</summary>
    public Setting<string> CacheRoot { get; private set; } = new(".cache/ferry", ConfigOrigin.BuiltIn);

    /// <summary>The caches in the order of their first mention, the user's before the project's.</summary>
    public List<CacheEntry> Caches { get; } = [];

    /// <inheritdoc cref="TransferOptions.Jobs"/>
    public Setting<int?> Jobs { get; private set; } = new(null, ConfigOrigin.BuiltIn);

    /// <inheritdoc cref="TransferOptions.ParallelCaches"/>
    public Setting<int> ParallelCaches { get; private set; } = new(4, ConfigOrigin.BuiltIn);

    /// <inheritdoc cref="TransferOptions.Engine"/>
    public Setting<TransferEngine> Engine { get; private set; } = new(TransferEngine.Native, ConfigOrigin.BuiltIn);

    /// <inheritdoc cref="TransferOptions.RsyncExtraArgs"/>
    public Setting<IReadOnlyList<string>> RsyncExtraArgs { get; private set; } = new([], ConfigOrigin.BuiltIn);

    /// <inheritdoc cref="TransferOptions.BandwidthLimitBytesPerSecond"/>
    public Setting<long> BandwidthLimit { get; private set; } = new(0, ConfigOrigin.BuiltIn);

    /// <inheritdoc cref="TransferOptions.FreshFor"/>
    public Setting<TimeSpan> FreshFor { get; private set; } = new(TimeSpan.FromHours(1), ConfigOrigin.BuiltIn);

    /// <inheritdoc cref="TransferOptions.LockTimeout"/>
    public Setting<TimeSpan> LockTimeout { get; private set; } = new(TimeSpan.FromMinutes(5), ConfigOrigin.BuiltIn);

    /// <inheritdoc cref="TransferOptions.Timestamps"/>
    public Setting<StagedTimestamps> Timestamps { get; private set; } = new(StagedTimestamps.Preserve, ConfigOrigin.BuiltIn);

    /// <summary>When scratch is purged; null: nobody said.</summary>
    public Setting<PurgePolicy>? Purge { get; private set; }

    /// <summary>What files say of the hub, the strongest first.</summary>
    public List<HubLayer> HubLayers { get; } = [];

    /// <summary>The transfer section as the caches workload takes it.</summary>
    public TransferOptions ToTransferOptions() => new()
    {
        Jobs = Jobs.Value,
        ParallelCaches = ParallelCaches.Value,
        Engine = Engine.Value,
        RsyncExtraArgs = RsyncExtraArgs.Value,
        BandwidthLimitBytesPerSecond = BandwidthLimit.Value,
        FreshFor = FreshFor.Value,
        LockTimeout = LockTimeout.Value,
        Timestamps = Timestamps.Value,
    };

    private void Apply(ConfigLayer layer)
    {
        Scratch = layer.Scratch ?? Scratch;
        CacheRoot = layer.CacheRoot ?? CacheRoot;
        Jobs = layer.Jobs ?? Jobs;
        ParallelCaches = layer.ParallelCaches ?? ParallelCaches;
        Engine = layer.Engine ?? Engine;
        RsyncExtraArgs = layer.RsyncExtraArgs ?? RsyncExtraArgs;
        BandwidthLimit = layer.BandwidthLimit ?? BandwidthLimit;
        FreshFor = layer.FreshFor ?? FreshFor;
        LockTimeout = layer.LockTimeout ?? LockTimeout;
        Timestamps = layer.Timestamps ?? Timestamps;
        Purge = layer.Purge ?? Purge;
        if (layer.Hub is not null)
            HubLayers.Insert(0, layer.Hub);
        foreach (var cache in layer.Caches ?? [])
            Apply(cache);
    }

    // Key by key: a project may switch a cache off without repeating where it is.
    private void Apply(CacheEntry cache)
    {
        var merged = Caches.Find(c => c.Name == cache.Name);
        if (merged is null)
            Caches.Add(merged = new CacheEntry(cache.Name, cache.Origin));
        merged.Source = cache.Source ?? merged.Source;
        merged.Enabled = cache.Enabled ?? merged.Enabled;
        merged.Excludes = cache.Excludes ?? merged.Excludes;
    }
}

namespace Ferry.Cli.Config.Hub;

/// <summary>All that is configured of the team's store and of the hub's cache, from all sources together, each value with its origin.</summary>
internal sealed class HubConfig
{
    private const long DefaultMaxLocal = 50L << 30;

    /// <summary>Joins layers, the strongest first.</summary>
    public HubConfig(IReadOnlyList<HubLayer> layers, IReadOnlyList<string> files)
    {
        Files = files;
        for (var i = layers.Count - 1; i >= 0; i--)
        {
            Apply(layers[i]);
        }
    }

    /// <summary>The files that were read, the strongest first; absolute paths.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <inheritdoc cref="HubLayer.Url"/>
    public Setting<string>? Url { get; private set; }

    /// <inheritdoc cref="HubLayer.Endpoint"/>
    public Setting<string>? Endpoint { get; private set; }

    public Setting<string>? Region { get; private set; }

    /// <inheritdoc cref="HubLayer.Timeout"/>
    public Setting<TimeSpan> Timeout { get; private set; } = new(TimeSpan.FromSeconds(60), ConfigOrigin.BuiltIn);

    /// <inheritdoc cref="HubLayer.CacheDirectory"/>
    public Setting<string>? CacheDirectory { get; private set; }

    /// <inheritdoc cref="HubLayer.MaxLocal"/>
    public Setting<long> MaxLocal { get; private set; } = new(DefaultMaxLocal, ConfigOrigin.BuiltIn);

    /// <inheritdoc cref="HubLayer.Prefix"/>
    public Setting<string> Prefix { get; private set; } = new("", ConfigOrigin.BuiltIn);

    /// <inheritdoc cref="HubLayer.SyncXet"/>
    public Setting<bool> SyncXet { get; private set; } = new(false, ConfigOrigin.BuiltIn);

    /// <inheritdoc cref="HubLayer.AllowGated"/>
    public Setting<bool> AllowGated { get; private set; } = new(false, ConfigOrigin.BuiltIn);

    /// <inheritdoc cref="HubLayer.Keys"/>
    public Setting<(string Access, string Secret)>? Keys { get; private set; }

    private void Apply(HubLayer layer)
    {
        Url = layer.Url ?? Url;
        Endpoint = layer.Endpoint ?? Endpoint;
        Region = layer.Region ?? Region;
        Timeout = layer.Timeout ?? Timeout;
        CacheDirectory = layer.CacheDirectory ?? CacheDirectory;
        MaxLocal = layer.MaxLocal ?? MaxLocal;
        Prefix = layer.Prefix ?? Prefix;
        SyncXet = layer.SyncXet ?? SyncXet;
        AllowGated = layer.AllowGated ?? AllowGated;
        Keys = layer.Keys ?? Keys;
    }
}

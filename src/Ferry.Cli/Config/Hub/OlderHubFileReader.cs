using System.Globalization;
using Ferry.Cli.Config.Layers;
using Ferry.Cli.Config.Nodes;

namespace Ferry.Cli.Config.Hub;

/// <summary>Reads <c>.hf-cache-sync.yaml</c>, the configuration of the older tool hf-cache-sync, as that tool's users wrote it.</summary>
internal static class OlderHubFileReader
{
    private static readonly string[] s_topKeys = ["storage", "cache", "team"];
    private static readonly string[] s_storageKeys = ["endpoint", "bucket", "region", "access_key", "secret_key"];
    private static readonly string[] s_cacheKeys = ["max_local_gb", "sync_xet", "hf_cache_dir"];
    private static readonly string[] s_teamKeys = ["prefix", "allow_gated"];

    private const double MostGigabytes = 1e6;

    /// <summary>Reads the text of a file.</summary>
    /// <param name="file">Its path, for messages.</param>
    /// <param name="text">All of it.</param>
    /// <param name="level">How it was found.</param>
    /// <exception cref="ConfigException">The file is not what the older tool reads; the message has the place.</exception>
    public static HubLayer Read(string file, string text, ConfigLevel level)
    {
        var root = YamlComposer.Compose(file, text);
        var map = new MapReader(root ?? new ConfigMap(new ConfigPosition(file, 1, 1)), "the configuration", level, s_topKeys);
        var layer = new HubLayer();
        if (map.Find("storage") is { } storage)
        {
            ReadStorage(layer, new MapReader(storage, "storage", level, s_storageKeys));
        }

        if (map.Find("cache") is { } cache)
        {
            ReadCache(layer, new MapReader(cache, "cache", level, s_cacheKeys));
        }

        if (map.Find("team") is { } team)
        {
            var keys = new MapReader(team, "team", level, s_teamKeys);
            layer.Prefix = OrNothing(keys, "prefix", "team.prefix");
            layer.AllowGated = HubFileReader.Bool(keys, "allow_gated", "team.allow_gated");
        }

        return layer;
    }

    private static void ReadStorage(HubLayer layer, MapReader map)
    {
        layer.Endpoint = OrNothing(map, "endpoint", "storage.endpoint");
        layer.Region = OrNothing(map, "region", "storage.region");
        if (OrNothing(map, "bucket", "storage.bucket") is { } bucket)
        {
            layer.Url = new("s3://" + bucket.Value, bucket.Origin);
        }

        // A pair counts as a whole: half of one is none.
        if (OrNothing(map, "access_key", "storage.access_key") is { } access && OrNothing(map, "secret_key", "storage.secret_key") is { } secret)
        {
            layer.Keys = new((access.Value, secret.Value), access.Origin);
        }
    }

    private static void ReadCache(HubLayer layer, MapReader map)
    {
        layer.SyncXet = HubFileReader.Bool(map, "sync_xet", "cache.sync_xet");
        layer.CacheDirectory = OrNothing(map, "hf_cache_dir", "cache.hf_cache_dir");
        if (map.Find("max_local_gb") is { } node)
        {
            var text = MapReader.Text(node, "cache.max_local_gb");
            layer.MaxLocal = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var gigabytes) && gigabytes <= MostGigabytes
                ? new((long)(gigabytes * (1L << 30)), map.OriginOf(node))
                : throw node.Error($"cache.max_local_gb must be a number of gigabytes such as 50, not '{Printable.Shorten(text)}'");
        }
    }

    /// <summary>The templates of the older tool leave keys empty that are not used.</summary>
    private static Setting<string>? OrNothing(MapReader map, string key, string what) =>
        map.Find(key) is null or ConfigScalar { IsNull: true } || HubFileReader.Text(map, key, what) is not { Value.Length: > 0 } setting ? null : setting;
}

using Ferry.Cli.Config.Keys;
using Ferry.Cli.Config.Layers;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Config.Values;

namespace Ferry.Cli.Config.Hub;

/// <summary>Reads the sections <c>remote</c> and <c>hub</c> of <c>config.yaml</c> and <c>ferry.yaml</c>.</summary>
internal static class HubFileReader
{
    private static readonly string[] s_remoteKeys = ConfigKeys.NamesOf(ConfigKeys.Remote);
    private static readonly string[] s_hubKeys = ConfigKeys.NamesOf(ConfigKeys.Hub);

    /// <summary>Reads the two sections of a file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="level">Which kind of file.</param>
    /// <returns>Null if it has neither.</returns>
    /// <exception cref="ConfigException">A section is not what it should be; the message has the place.</exception>
    public static HubLayer? Read(MapReader file, ConfigLevel level)
    {
        var (remote, hub) = (file.Find("remote"), file.Find("hub"));
        if (remote is null && hub is null)
        {
            return null;
        }

        var layer = new HubLayer();
        if (remote is not null)
        {
            ReadRemote(layer, new MapReader(remote, "remote", level, s_remoteKeys));
        }

        if (hub is not null)
        {
            ReadHub(layer, new MapReader(hub, "hub", level, s_hubKeys), level);
        }

        return layer;
    }

    private static void ReadRemote(HubLayer layer, MapReader map)
    {
        layer.Url = Text(map, "url", "remote.url");
        layer.Endpoint = Text(map, "endpoint", "remote.endpoint");
        layer.Region = Text(map, "region", "remote.region");
        layer.Timeout = Text(map, "timeout", "remote.timeout") is { } timeout ? Timeout("remote.timeout", timeout) : null;
    }

    private static void ReadHub(HubLayer layer, MapReader map, ConfigLevel level)
    {
        // Somebody else's checkout would say both: where models are pushed to, and that closed ones may be.
        if (level == ConfigLevel.Project && map.Find("allow_gated") is { } gated)
        {
            throw gated.Error("hub.allow_gated may only be set in the user's own configuration, not in a project's");
        }

        layer.Prefix = Text(map, "prefix", "hub.prefix");
        layer.SyncXet = Bool(map, "sync_xet", "hub.sync_xet");
        layer.AllowGated = Bool(map, "allow_gated", "hub.allow_gated");
        if (map.Find("max_local") is { } node)
        {
            var text = MapReader.Text(node, "hub.max_local");
            layer.MaxLocal = ByteCount.TryParse(text, out var bytes)
                ? new(bytes, map.OriginOf(node))
                : throw node.Error($"hub.max_local must be a size such as 50GB, not '{Printable.Shorten(text)}'");
        }
    }

    /// <summary>Reads a time without a byte.</summary>
    /// <exception cref="ConfigException">It is none.</exception>
    internal static Setting<TimeSpan> Timeout(string what, Setting<string> text) =>
        Duration.TryParse(text.Value, out var time) && time >= TimeSpan.FromSeconds(1) && time <= HubLayer.MaxTimeout
            ? new(time, text.Origin)
            : throw new ConfigException($"{text.Origin.Where}: {what} must be a duration from 1s to {Duration.Format(HubLayer.MaxTimeout)}, not '{Printable.Shorten(text.Value)}'");

    /// <summary>A text under a key; null without the key.</summary>
    internal static Setting<string>? Text(MapReader map, string key, string what) =>
        map.Find(key) is { } node ? new(MapReader.Text(node, what), map.OriginOf(node)) : null;

    /// <summary>A truth value under a key; null without the key.</summary>
    internal static Setting<bool>? Bool(MapReader map, string key, string what) =>
        map.Find(key) is { } node ? new(MapReader.Bool(node, what), map.OriginOf(node)) : null;
}

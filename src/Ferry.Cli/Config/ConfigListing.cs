using System.Globalization;
using System.Text.Json;
using Ferry.Cli.Config.Hub;
using Ferry.Cli.Config.Layers;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Config.Values;

namespace Ferry.Cli.Config;

/// <summary>Lists a configuration with the origin of every value, for people and for programs.</summary>
internal static class ConfigListing
{
    private sealed record Line(string Key, IReadOnlyList<string> Words, bool IsList, ConfigOrigin Origin);

    /// <summary>Writes a table: key, value, origin.</summary>
    public static void WriteText(FerryConfig config, TextWriter output)
    {
        var lines = Lines(config);
        var keyWidth = 0;
        var valueWidth = 0;
        foreach (var line in lines)
        {
            keyWidth = Math.Max(keyWidth, line.Key.Length);
            valueWidth = Math.Max(valueWidth, Math.Min(Value(line).Length, 50));
        }
        foreach (var line in lines)
            output.WriteLine($"{line.Key.PadRight(keyWidth)}  {Value(line).PadRight(valueWidth)}  {line.Origin.Where}");
        foreach (var file in config.Files)
            output.WriteLine($"# read: {file}");
    }

    /// <summary>Writes one JSON object and a line end.</summary>
    public static void WriteJson(FerryConfig config, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("files"u8);
            foreach (var file in config.Files)
                json.WriteStringValue(file);
            json.WriteEndArray();
            json.WriteStartArray("settings"u8);
            foreach (var line in Lines(config))
                WriteLine(json, line);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        output.WriteByte((byte)'\n');
    }

    /// <summary>The value that is in force, for people, and what sets it; null for an unknown key.</summary>
    public static (string Value, ConfigOrigin Origin)? Find(FerryConfig config, string key) =>
        Lines(config).Find(line => line.Key == key) is { } found ? (Value(found), found.Origin) : null;

    private static void WriteLine(Utf8JsonWriter json, Line line)
    {
        json.WriteStartObject();
        json.WriteString("key"u8, line.Key);
        if (line.IsList)
        {
            json.WriteStartArray("value"u8);
            foreach (var word in line.Words)
                json.WriteStringValue(word);
            json.WriteEndArray();
        }
        else
        {
            json.WriteString("value"u8, line.Words[0]);
        }
        json.WriteString("level"u8, line.Origin.Level.ToString().ToLowerInvariant());
        json.WriteString("origin"u8, line.Origin.Where);
        json.WriteEndObject();
    }

    private static string Value(Line line) =>
        line.IsList ? $"[{string.Join(", ", line.Words.Select(static word => Printable.Shorten(word)))}]" : Printable.Shorten(line.Words[0]);

    private static List<Line> Lines(FerryConfig config)
    {
        var lines = new List<Line>
        {
            new("scratch", config.Scratch.Value, config.Scratch.Value.Count > 1, config.Scratch.Origin),
            One("cache_root", config.CacheRoot.Value, config.CacheRoot.Origin),
        };
        foreach (var cache in config.Caches)
            AddCache(lines, cache);
        lines.Add(One("transfer.jobs", config.Jobs.Value is { } jobs ? Number(jobs) : "auto", config.Jobs.Origin));
        lines.Add(One("transfer.parallel_caches", Number(config.ParallelCaches.Value), config.ParallelCaches.Origin));
        lines.Add(One("transfer.engine", ScalarSettings.EngineWords[(int)config.Engine.Value], config.Engine.Origin));
        lines.Add(new Line("transfer.rsync_extra_args", config.RsyncExtraArgs.Value, true, config.RsyncExtraArgs.Origin));
        lines.Add(One("transfer.bandwidth_limit", ByteCount.Format(config.BandwidthLimit.Value), config.BandwidthLimit.Origin));
        lines.Add(One("transfer.fresh_for", Duration.Format(config.FreshFor.Value), config.FreshFor.Origin));
        lines.Add(One("transfer.lock_timeout", Duration.Format(config.LockTimeout.Value), config.LockTimeout.Origin));
        lines.Add(One("transfer.timestamps", ScalarSettings.TimestampWords[(int)config.Timestamps.Value], config.Timestamps.Origin));
        if (config.Purge is { } purge)
        {
            lines.Add(One("purge.after", Duration.Format(purge.Value.After), purge.Origin));
            lines.Add(One("purge.by", ScalarSettings.PurgeClockWords[(int)purge.Value.By], purge.Origin));
        }
        AddHub(lines, new HubConfig(config.HubLayers, config.Files));
        return lines;
    }

    // What nobody has set is not of interest to those who have no such store.
    private static void AddHub(List<Line> lines, HubConfig hub)
    {
        Add("remote.url", hub.Url);
        Add("remote.endpoint", hub.Endpoint);
        Add("remote.region", hub.Region);
        if (hub.Timeout.Origin.Level != ConfigLevel.Default)
            lines.Add(One("remote.timeout", Duration.Format(hub.Timeout.Value), hub.Timeout.Origin));
        if (hub.MaxLocal.Origin.Level != ConfigLevel.Default)
            lines.Add(One("hub.max_local", ByteCount.Format(hub.MaxLocal.Value), hub.MaxLocal.Origin));
        if (hub.Prefix.Origin.Level != ConfigLevel.Default)
            Add("hub.prefix", hub.Prefix);
        AddSwitch("hub.sync_xet", hub.SyncXet);
        AddSwitch("hub.allow_gated", hub.AllowGated);

        void Add(string key, Setting<string>? setting)
        {
            if (setting is not null)
                lines.Add(One(key, setting.Value, setting.Origin));
        }

        void AddSwitch(string key, Setting<bool> setting)
        {
            if (setting.Origin.Level != ConfigLevel.Default)
                lines.Add(One(key, setting.Value ? "true" : "false", setting.Origin));
        }
    }

    private static void AddCache(List<Line> lines, CacheEntry cache)
    {
        var key = "caches." + cache.Name;
        lines.Add(One(key + ".source", cache.Source?.Value ?? "", cache.Source?.Origin ?? cache.Origin));
        var enabled = cache.Enabled ?? new Setting<bool>(true, ConfigOrigin.BuiltIn);
        lines.Add(One(key + ".enabled", enabled.Value ? "true" : "false", enabled.Origin));
        if (cache.Excludes is { } excludes)
            lines.Add(new Line(key + ".exclude", excludes.Value, true, excludes.Origin));
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static Line One(string key, string value, ConfigOrigin origin) => new(key, [value], false, origin);
}

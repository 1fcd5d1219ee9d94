using Ferry.Cli.Config.Hub;
using Ferry.Cli.Config.Keys;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Config.Values;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Purging;

namespace Ferry.Cli.Config.Layers;

/// <summary>Reads <c>config.yaml</c> and <c>ferry.yaml</c>.</summary>
internal static class FerryFileReader
{
    private static readonly string[] TopKeys = ConfigKeys.NamesOf(ConfigKeys.Top);
    private static readonly string[] TransferKeys = ConfigKeys.NamesOf(ConfigKeys.Transfer);
    private static readonly string[] CacheKeys = ConfigKeys.NamesOf(ConfigKeys.Cache);
    private static readonly string[] PurgeKeys = ConfigKeys.NamesOf(ConfigKeys.Purge);

    /// <summary>Reads the text of a file.</summary>
    /// <exception cref="ConfigException">The file is not a configuration; the message has the place.</exception>
    public static ConfigLayer Read(string file, string text, ConfigLevel level)
    {
        var root = YamlComposer.Compose(file, text);
        if (root is not (null or ConfigMap))
            throw root.Error($"a configuration is a mapping that starts with 'version: 1', not {root.Describe()}");
        var map = new MapReader(root ?? new ConfigMap(new ConfigPosition(file, 1, 1)), "the configuration", level, null);
        // The version first: to another one, other keys may be known.
        CheckVersion(map);
        map.RefuseOthers(TopKeys);
        var layer = new ConfigLayer();
        if (map.Find("scratch") is { } scratch)
            ReadScratch(layer, map, scratch);
        if (map.Find("cache_root") is { } root1)
            SetScalar(layer, map, SettingName.CacheRoot, root1);
        if (map.Find("caches") is { } caches)
            layer.Caches = ReadCaches(new MapReader(caches, "caches", level, null), level);
        if (map.Find("transfer") is { } transfer)
            ReadTransfer(layer, new MapReader(transfer, "transfer", level, TransferKeys), level);
        if (map.Find("purge") is { } purge)
            ReadPurge(layer, new MapReader(purge, "purge", level, PurgeKeys), map.OriginOf(purge));
        layer.Hub = HubFileReader.Read(map, level);
        return layer;
    }

    private static void ReadPurge(ConfigLayer layer, MapReader map, ConfigOrigin origin)
    {
        if (map.Entries.Count == 0)
            return;
        if (map.Find("after") is not { } after)
            throw new ConfigException($"{map.Position}: purge has no age; write 'purge: {{ after: 15d, by: mtime }}', or 'after: 0' if nothing is purged");
        var text = MapReader.Text(after, "purge.after");
        if (!Duration.TryParse(text, out var age) || age > PurgePolicy.MaxAfter)
            throw after.Error($"purge.after must be a duration such as 15d, at most {Duration.Format(PurgePolicy.MaxAfter)}, or 0 for never, not '{Printable.Shorten(text)}'");
        var clock = PurgeClock.Modification;
        if (map.Find("by") is { } by)
        {
            var word = MapReader.Text(by, "purge.by");
            var index = Array.IndexOf(ScalarSettings.PurgeClockWords, word);
            if (index < 0)
                throw by.Error($"purge.by must be {string.Join(" or ", ScalarSettings.PurgeClockWords)}, not '{Printable.Shorten(word)}'{NearestName.Hint(word, ScalarSettings.PurgeClockWords)}");
            clock = (PurgeClock)index;
        }
        layer.Purge = new(new PurgePolicy(age, clock, "your configuration"), origin);
    }

    private static void CheckVersion(MapReader map)
    {
        if (map.Find("version") is not { } version)
            throw new ConfigException($"{map.Position}: no version; write 'version: 1' as the first line");
        if (MapReader.Text(version, "version") is not "1")
        {
            throw version.Error($"version must be 1, not {version.Describe()}; " +
                "update ferry if a newer one wrote this file, or write a fresh one with 'ferry init --force'");
        }
    }

    private static void ReadScratch(ConfigLayer layer, MapReader map, ConfigNode node)
    {
        if (node is not ConfigList list)
        {
            SetScalar(layer, map, SettingName.Scratch, node);
            return;
        }
        if (list.Items.Count == 0)
            throw node.Error("scratch must be a path or a list of paths, not an empty list");
        layer.Scratch = new(MapReader.TextList(list, "scratch"), map.OriginOf(node));
    }

    private static void ReadTransfer(ConfigLayer layer, MapReader map, ConfigLevel level)
    {
        foreach (var name in SettingName.All)
        {
            if (name.Key != name.LocalKey && map.Find(name.LocalKey) is { } node)
                SetScalar(layer, map, name, node);
        }
        if (map.Find("rsync_extra_args") is not { } args)
            return;
        // rsync runs what --rsh and --rsync-path say. A project's file often comes with a clone of somebody else's repository.
        if (level == ConfigLevel.Project)
            throw args.Error("rsync_extra_args may only be set in the user's own configuration, not in a project's");
        layer.RsyncExtraArgs = new(MapReader.TextList(args, "transfer.rsync_extra_args"), map.OriginOf(args));
    }

    private static List<CacheEntry> ReadCaches(MapReader map, ConfigLevel level)
    {
        var caches = new List<CacheEntry>(map.Entries.Count);
        foreach (var entry in map.Entries)
            caches.Add(ReadCache(map, entry, level));
        return caches;
    }

    private static CacheEntry ReadCache(MapReader caches, ConfigEntry entry, ConfigLevel level)
    {
        var name = entry.Key.Text;
        CheckName(entry.Key);
        var cache = new CacheEntry(name, caches.OriginOf(entry.Key));
        if (entry.Value is ConfigScalar { IsNull: false } shorthand)
        {
            cache.Source = new(shorthand.Text, caches.OriginOf(shorthand));
            return cache;
        }
        var map = new MapReader(entry.Value, "caches." + name, level, CacheKeys);
        if (map.Find("source") is { } source)
            cache.Source = new(MapReader.Text(source, $"caches.{name}.source"), map.OriginOf(source));
        if (map.Find("enabled") is { } enabled)
            cache.Enabled = new(MapReader.Bool(enabled, $"caches.{name}.enabled"), map.OriginOf(enabled));
        if (map.Find("exclude") is { } exclude)
            cache.Excludes = new(MapReader.TextList(exclude, $"caches.{name}.exclude"), map.OriginOf(exclude));
        return cache;
    }

    /// <summary>Refuses what may not become the name of an exported variable.</summary>
    internal static void CheckName(ConfigScalar key)
    {
        if (!VariableName.IsValid(key.Text))
        {
            var name = Printable.Shorten(key.Text);
            throw key.Error($"'{name}' is not the name of an environment variable (letters, digits, _; no digit first)");
        }
        if (VariableName.IsReserved(key.Text))
            throw key.Error($"{key.Text} belongs to the shell or the linker; it cannot name a cache");
    }

    private static void SetScalar(ConfigLayer layer, MapReader map, SettingName name, ConfigNode node) =>
        ScalarSettings.Set(layer, name, MapReader.Text(node, name.Key), map.OriginOf(node));
}

using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Config.Values;
using Ferry.Workloads.Caches;

namespace Ferry.Cli.Config.Layers;

/// <summary>Reads <c>~/.euler-files.json</c>, the configuration of the older tool euler-files, as that tool wrote it.</summary>
internal static class OlderFileReader
{
    private const string DefaultCacheRoot = ".cache/euler-files";

    private static readonly string[] TopKeys =
    [
        "version", "scratch_base", "cache_root", "vars", "rsync_extra_args", "parallel_jobs", "lock_timeout_seconds",
        "skip_if_fresh_seconds", "apptainer", "migrations",
    ];

    private static readonly string[] VariableKeys = ["source", "enabled"];

    private static readonly string[] ApptainerKeys =
        ["venv_base", "sif_store", "scratch_sif_dir", "base_image", "container_venv_path", "build_args", "images"];

    /// <summary>Reads the bytes of a file.</summary>
    /// <exception cref="ConfigException">The file is not what euler-files writes; the message has the place.</exception>
    public static ConfigLayer Read(string file, ReadOnlySpan<byte> utf8)
    {
        var map = new MapReader(JsonComposer.Compose(file, utf8), "the configuration", ConfigLevel.Older, null);
        CheckVersion(map);
        map.RefuseOthers(TopKeys);
        // The images and the history are read by the commands that work on them.
        if (map.Find("apptainer") is { } apptainer)
            _ = new MapReader(apptainer, "apptainer", ConfigLevel.Older, ApptainerKeys);
        var layer = new ConfigLayer { CacheRoot = new(DefaultCacheRoot, new ConfigOrigin(ConfigLevel.Older, file)) };
        if (map.Find("scratch_base") is { } scratch)
            ScalarSettings.Set(layer, SettingName.Scratch, MapReader.Text(scratch, "scratch_base"), map.OriginOf(scratch));
        if (map.Find("cache_root") is { } root)
            ScalarSettings.Set(layer, SettingName.CacheRoot, MapReader.Text(root, "cache_root"), map.OriginOf(root));
        ReadTransfer(layer, map);
        if (map.Find("vars") is { } vars)
            layer.Caches = ReadVariables(new MapReader(vars, "vars", ConfigLevel.Older, null));
        return layer;
    }

    private static void CheckVersion(MapReader map)
    {
        if (map.Find("version") is not { } version)
            throw new ConfigException($"{map.Position}: no version; run 'ferry init' to write a configuration for ferry");
        if (MapReader.Text(version, "version") is not "1")
            throw version.Error($"version must be 1, not {version.Describe()}; run 'ferry init' to write a configuration for ferry");
    }

    private static void ReadTransfer(ConfigLayer layer, MapReader map)
    {
        if (map.Find("rsync_extra_args") is { } args)
            layer.RsyncExtraArgs = new(MapReader.TextList(args, "rsync_extra_args"), map.OriginOf(args));
        if (map.Find("parallel_jobs") is { } jobs)
        {
            // The older tool had no upper bound.
            var number = (int)Math.Clamp(Number(jobs, "parallel_jobs", 1), 1, TransferOptions.MaxParallelCaches);
            layer.ParallelCaches = new(number, map.OriginOf(jobs));
        }
        if (map.Find("lock_timeout_seconds") is { } timeout)
            layer.LockTimeout = new(Seconds(timeout, "lock_timeout_seconds", TransferOptions.MaxLockTimeout), map.OriginOf(timeout));
        if (map.Find("skip_if_fresh_seconds") is { } fresh)
            layer.FreshFor = new(Seconds(fresh, "skip_if_fresh_seconds", TransferOptions.MaxFreshFor), map.OriginOf(fresh));
    }

    private static List<CacheEntry> ReadVariables(MapReader vars)
    {
        var caches = new List<CacheEntry>(vars.Entries.Count);
        foreach (var entry in vars.Entries)
        {
            var name = entry.Key.Text;
            FerryFileReader.CheckName(entry.Key);
            var map = new MapReader(entry.Value, "vars." + name, ConfigLevel.Older, VariableKeys);
            var cache = new CacheEntry(name, vars.OriginOf(entry.Key));
            // The older tool took sources literally, dollar signs included.
            if (map.Find("source") is { } source)
                cache.Source = new(PathExpander.Escape(MapReader.Text(source, $"vars.{name}.source")), map.OriginOf(source));
            if (map.Find("enabled") is { } enabled)
                cache.Enabled = new(MapReader.Bool(enabled, $"vars.{name}.enabled"), map.OriginOf(enabled));
            caches.Add(cache);
        }
        return caches;
    }

    private static TimeSpan Seconds(ConfigNode node, string what, TimeSpan most) =>
        TimeSpan.FromSeconds(Math.Min(Number(node, what, 0), (long)most.TotalSeconds));

    private static long Number(ConfigNode node, string what, long least) =>
        WholeNumber.TryParse(MapReader.Text(node, what), out var number) && number >= least
            ? number
            : throw node.Error($"{what} must be a whole number from {least}, not {node.Describe()}");
}

using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Config.Values;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Purging;

namespace Ferry.Cli.Config.Layers;

/// <summary>
/// Reads the settings that are written as one word: the same rules and the same messages for files, environment and flags.
/// </summary>
internal static class ScalarSettings
{
    /// <summary>Sets one value of a layer.</summary>
    /// <exception cref="ConfigException">The text is not a value of this setting.</exception>
    public static void Set(ConfigLayer layer, SettingName name, string text, ConfigOrigin origin)
    {
        if (name == SettingName.Scratch)
            layer.Scratch = new([NotEmpty(name, text, origin)], origin);
        else if (name == SettingName.CacheRoot)
            layer.CacheRoot = new(NotEmpty(name, text, origin), origin);
        else if (name == SettingName.Jobs)
            layer.Jobs = new(text == "auto" ? null : Number(name, text, origin, TransferOptions.MaxJobs, "auto or "), origin);
        else if (name == SettingName.ParallelCaches)
            layer.ParallelCaches = new(Number(name, text, origin, TransferOptions.MaxParallelCaches, ""), origin);
        else if (name == SettingName.Engine)
            layer.Engine = new((TransferEngine)Choice(name, text, origin, EngineWords), origin);
        else if (name == SettingName.BandwidthLimit)
            layer.BandwidthLimit = new(Rate(name, text, origin), origin);
        else if (name == SettingName.FreshFor)
            layer.FreshFor = new(Time(name, text, origin, TransferOptions.MaxFreshFor), origin);
        else if (name == SettingName.LockTimeout)
            layer.LockTimeout = new(Time(name, text, origin, TransferOptions.MaxLockTimeout), origin);
        else if (name == SettingName.Timestamps)
            layer.Timestamps = new((StagedTimestamps)Choice(name, text, origin, TimestampWords), origin);
    }

    /// <summary>The words for <see cref="TransferEngine"/>, by its values.</summary>
    public static readonly string[] EngineWords = ["native", "rsync"];

    /// <summary>The words for <see cref="StagedTimestamps"/>, by its values.</summary>
    public static readonly string[] TimestampWords = ["preserve", "now"];

    /// <summary>The words for <see cref="PurgeClock"/>, by its values.</summary>
    public static readonly string[] PurgeClockWords = ["atime", "mtime", "ctime"];

    private static string NotEmpty(SettingName name, string text, ConfigOrigin origin) =>
        text.Length > 0 ? text : throw Bad(name, text, origin, "a path");

    private static int Number(SettingName name, string text, ConfigOrigin origin, int most, string orElse) =>
        WholeNumber.TryParse(text, out var number) && number >= 1 && number <= most
            ? (int)number
            : throw Bad(name, text, origin, $"{orElse}a whole number from 1 to {most}");

    private static TimeSpan Time(SettingName name, string text, ConfigOrigin origin, TimeSpan most) =>
        Duration.TryParse(text, out var time) && time <= most
            ? time
            : throw Bad(name, text, origin, $"a duration such as 90s, 5m or 1h30m, at most {Duration.Format(most)}");

    private static long Rate(SettingName name, string text, ConfigOrigin origin)
    {
        var size = text.EndsWith("/s", StringComparison.Ordinal) ? text[..^2] : text;
        return ByteCount.TryParse(size, out var bytes)
            ? bytes
            : throw Bad(name, text, origin, "bytes per second such as 100MB, 10MiB or 0 for no limit");
    }

    private static int Choice(SettingName name, string text, ConfigOrigin origin, string[] words)
    {
        var index = Array.IndexOf(words, text);
        return index >= 0 ? index : throw Bad(name, text, origin, string.Join(" or ", words), NearestName.Hint(text, words));
    }

    private static ConfigException Bad(SettingName name, string text, ConfigOrigin origin, string expected, string hint = "") =>
        new($"{origin.Where}: {name.Key} must be {expected}, not '{Printable.Shorten(text)}'{hint}");
}

using Ferry.Cli.Config.Keys;
using Ferry.Cli.Config.Nodes;
using Ferry.Workloads.Caches;

namespace Ferry.Cli.Config.Editing;

/// <summary>A setting that a command can change: <c>transfer.jobs</c>, <c>caches.HF_HOME.source</c>, <c>caches.HF_HOME</c> as a whole.</summary>
internal sealed class SettingPath
{
    private SettingPath(ConfigKey? key, params string[] keys) => (Key, Keys) = (key, keys);

    /// <summary>What is known of it; null for a whole cache.</summary>
    public ConfigKey? Key { get; }

    /// <summary>The key behind the keys above it.</summary>
    public string[] Keys { get; }

    /// <summary>The cache it belongs to; null if to none.</summary>
    public string? Cache => Keys[0] == "caches" ? Keys[1] : null;

    public override string ToString() => string.Join('.', Keys);

    /// <summary>The source of a cache.</summary>
    public static SettingPath SourceOf(string cache) => new(ConfigKeys.Cache[0], "caches", cache, ConfigKeys.Cache[0].Name);

    /// <summary>Reads a path as it is written on a command line.</summary>
    /// <param name="text">Keys with dots between them.</param>
    /// <param name="caches">The caches that there are, for the nearest name.</param>
    /// <exception cref="ConfigException">There is no such setting; the message has the nearest one.</exception>
    public static SettingPath Parse(string text, IReadOnlyList<string> caches)
    {
        var keys = text.Split('.');
        var top = Array.Find(ConfigKeys.Top, key => key.Name == keys[0]);
        switch (top?.Kind)
        {
            case ConfigKind.Caches when keys.Length is 2 or 3:
                return OfCache(keys, caches) ?? throw Unknown(text, caches);
            case ConfigKind.Section when keys.Length == 2 && Array.Find(top.Keys, key => key.Name == keys[1]) is { } key:
                return new SettingPath(key, keys);
            case ConfigKind.Caches or ConfigKind.Section when keys.Length == 1:
                throw new ConfigException($"{text} is a section; name a setting in it, such as {text}.{(top.Kind == ConfigKind.Caches ? "HF_HOME.source" : top.Keys[0].Name)}");
            case ConfigKind.Paths or ConfigKind.Path when keys.Length == 1:
                return new SettingPath(top, keys);
            case ConfigKind.Version:
                throw new ConfigException("version is the format of the file; it is not a setting");
            case ConfigKind.Foreign:
                throw new ConfigException($"{keys[0]} is not a section that 'ferry config set' knows; write it with 'ferry config edit'");
            default:
                throw Unknown(text, caches);
        }
    }

    /// <summary>Every setting that there is, as it is written.</summary>
    public static List<string> NamesOfAll(IReadOnlyList<string> caches)
    {
        var names = new List<string>();
        foreach (var key in ConfigKeys.Top)
        {
            if (key.Kind is ConfigKind.Paths or ConfigKind.Path)
                names.Add(key.Name);
            else if (key.Kind == ConfigKind.Section)
                names.AddRange(key.Keys.Select(below => $"{key.Name}.{below.Name}"));
        }
        names.AddRange(caches.SelectMany(cache => ConfigKeys.Cache.Select(key => $"caches.{cache}.{key.Name}")));
        return names;
    }

    private static SettingPath? OfCache(string[] keys, IReadOnlyList<string> caches)
    {
        var name = keys[1];
        if (!VariableName.IsValid(name))
            throw new ConfigException($"'{Printable.Shorten(name)}' is not the name of an environment variable (letters, digits, _; no digit first)");
        if (VariableName.IsReserved(name))
            throw new ConfigException($"{name} belongs to the shell or the linker; it cannot name a cache");
        if (keys.Length == 2)
            return new SettingPath(null, keys);
        var key = Array.Find(ConfigKeys.Cache, key => key.Name == keys[2]);
        if (key is not null && key != ConfigKeys.Cache[0] && !caches.Contains(name))
            throw new ConfigException($"there is no cache {name}{NearestName.Hint(name, caches)}; to add it, set caches.{name}.source first");
        return key is null ? null : new SettingPath(key, keys);
    }

    private static ConfigException Unknown(string text, IReadOnlyList<string> caches)
    {
        var names = NamesOfAll(caches);
        var nearest = NearestName.Find(text, names) ?? names.Find(name => name.EndsWith("." + text, StringComparison.Ordinal));
        var hint = nearest is null ? "; 'ferry config show' lists all" : $" (did you mean '{nearest}'?)";
        return new ConfigException($"unknown setting '{Printable.Shorten(text)}'{hint}");
    }
}

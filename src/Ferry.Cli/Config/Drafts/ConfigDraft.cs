using Ferry.Cli.Config.Layers;
using Ferry.Cli.Config.Values;

namespace Ferry.Cli.Config.Drafts;

/// <summary>What a configuration file is to say: pure data, with values as the file has them, paths not expanded.</summary>
internal sealed record ConfigDraft
{
    /// <summary>Candidates for scratch, at least one: <c>$SCRATCH</c>.</summary>
    public IReadOnlyList<string> Scratch { get; init; } = ["$SCRATCH"];

    public string CacheRoot { get; init; } = ".cache/ferry";

    public IReadOnlyList<CacheDraft> Caches { get; init; } = [];

    /// <summary>Settings of the transfer section that differ from what is built in.</summary>
    public IReadOnlyList<(SettingName Name, string Text)> Transfer { get; init; } = [];

    public IReadOnlyList<string> RsyncExtraArgs { get; init; } = [];

    /// <summary>The images section: keys, and values in YAML; empty: none.</summary>
    public IReadOnlyList<(string Key, string Yaml)> Images { get; init; } = [];

    /// <summary>Comments, without their marks, to stand in front of keys: "caches.HF_HOME", "transfer.fresh_for".</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Comments { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>What a file says, and for what it does not say what is built in.</summary>
    public static ConfigDraft Of(ConfigLayer layer)
    {
        var config = new FerryConfig([layer], [], []);
        var transfer = new List<(SettingName, string)>();
        foreach (var name in SettingName.All)
        {
            if (name != SettingName.Scratch && name != SettingName.CacheRoot &&
                ConfigListing.Find(config, name.Key) is { Origin.Level: not ConfigLevel.Default } found)
                transfer.Add((name, found.Value));
        }
        return new ConfigDraft
        {
            Scratch = config.Scratch.Value,
            CacheRoot = config.CacheRoot.Value,
            Caches = config.Caches.ConvertAll(static cache => new CacheDraft(cache.Name, cache.Source?.Value ?? "")
            {
                Enabled = cache.Enabled?.Value ?? true,
                Excludes = cache.Excludes?.Value ?? [],
            }),
            Transfer = transfer,
            RsyncExtraArgs = config.RsyncExtraArgs.Value,
        };
    }

    /// <summary>The text of a setting of the transfer section; null: what is built in.</summary>
    public string? TransferText(SettingName name)
    {
        foreach (var (known, text) in Transfer)
        {
            if (known == name)
                return text;
        }
        return null;
    }
}

/// <summary>One cache of a configuration file.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Source">Its directory as the file has it: <c>~/.cache/torch</c>.</param>
internal sealed record CacheDraft(string Name, string Source)
{
    public bool Enabled { get; init; } = true;

    /// <summary>Patterns of what is not staged.</summary>
    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>What it holds; one line, may be empty.</summary>
    public string Comment { get; init; } = "";
}

using Ferry.Cli.Config.Nodes;

namespace Ferry.Cli.Config.Layers;

/// <summary>Checked access to one mapping of a file.</summary>
internal sealed class MapReader
{
    private readonly ConfigMap _map;
    private readonly ConfigLevel _level;

    /// <summary>Takes a mapping whose keys are all known.</summary>
    /// <param name="node">The node that should be a mapping; nothing counts as an empty one.</param>
    /// <param name="what">What the mapping is, for messages: "caches.HF_HOME".</param>
    /// <param name="level">Which kind of file.</param>
    /// <param name="known">The keys it may have; null if any.</param>
    /// <exception cref="ConfigException">It is no mapping or has another key.</exception>
    public MapReader(ConfigNode node, string what, ConfigLevel level, string[]? known)
    {
        _level = level;
        _map = node as ConfigMap ?? (node is ConfigScalar { IsNull: true }
            ? new ConfigMap(node.Position)
            : throw node.Error($"{what} must be a mapping, not {node.Describe()}"));
        if (known is not null)
            RefuseOthers(known);
    }

    public List<ConfigEntry> Entries => _map.Entries;

    public ConfigPosition Position => _map.Position;

    /// <summary>Makes sure that all keys are known.</summary>
    /// <exception cref="ConfigException">One is not; the message has the nearest known key.</exception>
    public void RefuseOthers(string[] known)
    {
        foreach (var entry in _map.Entries)
        {
            var key = entry.Key.Text;
            if (Array.IndexOf(known, key) < 0)
                throw entry.Key.Error($"unknown key '{Printable.Shorten(key)}'{NearestName.Hint(key, known)}");
        }
    }

    public ConfigNode? Find(string key) => _map.Find(key);

    public ConfigOrigin OriginOf(ConfigNode node) => new(_level, node.Position);

    /// <summary>A word or a text; never nothing.</summary>
    public static string Text(ConfigNode node, string what) =>
        node is ConfigScalar { IsNull: false } scalar ? scalar.Text : throw node.Error(
            node is ConfigScalar { Text: "~" }
                ? $"{what}: a lone ~ means nothing in YAML; write \"~\" or ~/"
                : $"{what} must be text, not {node.Describe()}");

    /// <summary>true or false.</summary>
    public static bool Bool(ConfigNode node, string what) => node switch
    {
        ConfigScalar { Text: "true" or "True" or "TRUE" } => true,
        ConfigScalar { Text: "false" or "False" or "FALSE" } => false,
        _ => throw node.Error($"{what} must be true or false, not {node.Describe()}"),
    };

    /// <summary>A list of texts; one text alone is not a list.</summary>
    public static IReadOnlyList<string> TextList(ConfigNode node, string what)
    {
        if (node is ConfigScalar { IsNull: true })
            return [];
        if (node is not ConfigList list)
            throw node.Error($"{what} must be a list such as [a, b], not {node.Describe()}");
        var texts = new List<string>(list.Items.Count);
        foreach (var item in list.Items)
            texts.Add(Text(item, what));
        return texts;
    }
}

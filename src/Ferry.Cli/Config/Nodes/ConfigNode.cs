namespace Ferry.Cli.Config.Nodes;

/// <summary>A place in a configuration file; line and column count from 1.</summary>
internal readonly struct ConfigPosition(string file, int line, int column)
{
    public string File { get; } = file;

    public int Line { get; } = line;

    public int Column { get; } = column;

    public override string ToString() => $"{File}:{Line}:{Column}";
}

/// <summary>A stretch of a file's text; offsets in UTF-16 code units, the end not included.</summary>
internal readonly struct TextSpan(int start, int end)
{
    public int Start { get; } = start;

    public int End { get; } = end;

    public bool IsEmpty => Start == End;
}

/// <summary>A value of a configuration file, whatever its syntax, with its place.</summary>
internal abstract class ConfigNode(ConfigPosition position)
{
    public ConfigPosition Position { get; } = position;

    /// <summary>The text of the value, quotes and brackets included; empty, behind the colon, where nothing was written.</summary>
    public TextSpan Span { get; set; }

    /// <summary>What the node is, for messages: "a list", "'text'".</summary>
    public abstract string Describe();

    /// <summary>An error at this place.</summary>
    public ConfigException Error(string message) => new($"{Position}: {message}");
}

/// <summary>Text, a number, true, false or nothing.</summary>
internal sealed class ConfigScalar(ConfigPosition position, string text, bool quoted) : ConfigNode(position)
{
    public string Text { get; } = text;

    /// <summary>Nothing was written, or a word that YAML reads as nothing.</summary>
    public bool IsNull => !quoted && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string Describe() => IsNull ? "nothing" : $"'{Printable.Shorten(Text)}'";
}

/// <summary>A list of values.</summary>
internal sealed class ConfigList(ConfigPosition position, List<ConfigNode> items) : ConfigNode(position)
{
    public List<ConfigNode> Items { get; } = items;

    public override string Describe() => "a list";
}

/// <summary>A key and its value.</summary>
internal sealed class ConfigEntry(ConfigScalar key, ConfigNode value)
{
    public ConfigScalar Key { get; } = key;

    public ConfigNode Value { get; } = value;
}

/// <summary>Keys with values, in the order of the file; keys are unique.</summary>
internal sealed class ConfigMap(ConfigPosition position) : ConfigNode(position)
{
    private readonly Dictionary<string, ConfigEntry> _byKey = new(StringComparer.Ordinal);

    public List<ConfigEntry> Entries { get; } = [];

    /// <exception cref="ConfigException">The key is already there.</exception>
    public void Add(ConfigScalar key, ConfigNode value)
    {
        var entry = new ConfigEntry(key, value);
        if (!_byKey.TryAdd(key.Text, entry))
        {
            var first = _byKey[key.Text].Key.Position;
            throw key.Error($"duplicate key '{Printable.Shorten(key.Text)}'; it is also on line {first.Line}");
        }
        Entries.Add(entry);
    }

    public ConfigNode? Find(string key) => _byKey.TryGetValue(key, out var entry) ? entry.Value : null;

    public override string Describe() => "a mapping";
}

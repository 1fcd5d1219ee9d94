using Ferry.Cli.Config.Nodes;

namespace Ferry.Cli.Config.Editing;

/// <summary>
/// Changes single settings in the text of a configuration file. All else stays as it is written: comments, order, blank lines,
/// quotes, line ends. What is added is written as its neighbours are, on lines or in braces.
/// <para>
/// The result is read again and must say what was wanted and nothing else; otherwise nothing is changed.
/// </para>
/// </summary>
/// <param name="file">The file's name, for messages.</param>
/// <param name="syntax">How the file is written.</param>
internal sealed class ConfigEditor(string file, ConfigSyntax syntax)
{
    /// <summary>Gives a key a value, and makes it and the mappings above it where they are missing.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="keys">The key behind the keys above it: <c>caches</c>, <c>HF_HOME</c>, <c>source</c>.</param>
    /// <param name="value">The value as the file has it: one line, in quotes where that is needed (<see cref="ConfigSyntax.Quote"/>).</param>
    /// <returns>The new text.</returns>
    /// <exception cref="ConfigException">The file cannot be read, or what is above the key is not a mapping.</exception>
    public string Set(string text, IReadOnlyList<string> keys, string value)
    {
        var root = Root(text);
        var node = syntax.Compose(file, value) ?? throw new ConfigException($"{file}: {string.Join('.', keys)}: a value is missing");
        var edits = new TextEdits(text, syntax);
        Place(edits, root, [.. keys], value);
        return Checked(edits, ConfigTree.With(root, [.. keys], node));
    }

    /// <summary>Removes a key and its value. A mapping that is empty then stays.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="keys">The key behind the keys above it.</param>
    /// <returns>The new text; the same when there is no such key.</returns>
    /// <exception cref="ConfigException">The file cannot be read.</exception>
    public string Remove(string text, IReadOnlyList<string> keys)
    {
        var root = Root(text);
        ConfigEntry? above = null;
        var map = root;
        for (var i = 0; i < keys.Count - 1; i++)
        {
            above = map.Entries.Find(e => e.Key.Text == keys[i]);
            if (above?.Value is not ConfigMap below)
                return text;
            map = below;
        }
        var index = map.Entries.FindIndex(e => e.Key.Text == keys[^1]);
        if (index < 0)
            return text;
        var edits = new TextEdits(text, syntax);
        if (map.Entries.Count == 1 && (above is not null || IsFlow(text, map)))
            new ValueReplacement(edits, syntax).Replace(above?.Key, map, "{}");
        else if (IsFlow(text, map))
            new FlowMap(edits, syntax, map).Remove(index);
        else
            edits.RemoveLines(TextLines.Start(text, map.Entries[index].Key.Span.Start), TextLines.Next(text, map.Entries[index].Value.Span.End));
        return Checked(edits, ConfigTree.Without(root, [.. keys]));
    }

    /// <summary>Whether a value is written in braces or brackets.</summary>
    internal static bool IsFlow(string text, ConfigNode node) => !node.Span.IsEmpty && text[node.Span.Start] is '{' or '[';

    private ConfigMap Root(string text) => syntax.Compose(file, text) switch
    {
        ConfigMap map => map,
        null => new ConfigMap(new ConfigPosition(file, 1, 1)),
        var other => throw other.Error($"a configuration is a mapping, not {other.Describe()}"),
    };

    private void Place(TextEdits edits, ConfigMap root, string[] keys, string value)
    {
        var map = root;
        for (var i = 0; i < keys.Length; i++)
        {
            if (map.Entries.Find(e => e.Key.Text == keys[i]) is not { } entry)
            {
                Append(edits, root, map, keys[i..], value);
                return;
            }
            if (i == keys.Length - 1)
                new ValueReplacement(edits, syntax).Replace(entry.Key, entry.Value, value);
            else if (entry.Value is ConfigMap below)
                map = below;
            else if (entry.Value is ConfigScalar { IsNull: true } nothing)
            {
                Fill(edits, root, map, entry.Key, nothing, keys[(i + 1)..], value);
                return;
            }
            else
                throw entry.Value.Error($"{string.Join('.', keys[..(i + 1)])} must be a mapping, not {entry.Value.Describe()}");
        }
    }

    private void Append(TextEdits edits, ConfigMap root, ConfigMap map, string[] keys, string value)
    {
        if (IsFlow(edits.Text, map))
            new FlowMap(edits, syntax, map).Append(keys, value);
        else
            new BlockMap(edits, syntax, root).Append(map, keys, value);
    }

    /// <summary>Makes a mapping of a value that is nothing.</summary>
    private void Fill(TextEdits edits, ConfigMap root, ConfigMap map, ConfigScalar key, ConfigScalar nothing, string[] keys, string value)
    {
        if (nothing.Span.IsEmpty && !IsFlow(edits.Text, map))
            new BlockMap(edits, syntax, root).Fill(key, keys, value);
        else
            new ValueReplacement(edits, syntax).Replace(key, nothing, $"{{ {FlowMap.Entry(syntax, keys, value)} }}");
    }

    private string Checked(TextEdits edits, ConfigMap wanted)
    {
        var text = edits.Apply();
        try
        {
            if (ConfigTree.Same(Root(text), wanted))
                return text;
        }
        catch (ConfigException)
        {
            // The message would speak of a text that nobody has seen.
        }
        throw new ConfigException($"{file}: this setting cannot be changed in place; open the file with 'ferry config edit'");
    }
}

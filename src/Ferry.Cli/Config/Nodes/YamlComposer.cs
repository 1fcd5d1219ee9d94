using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace Ferry.Cli.Config.Nodes;

/// <summary>
/// Builds configuration nodes from YAML. It stands on YamlDotNet's scanner alone: the parser above it compiles regular
/// expressions at start, which takes longer than all the rest of a sync that finds nothing to do. What a configuration does not need
/// (anchors, aliases, tags, several documents, keys that are not text) is refused with a clear message, so there is no alias bomb.
/// </summary>
internal sealed class YamlComposer
{
    /// <summary>Deepest nesting of lists and mappings; the configuration itself needs four.</summary>
    public const int MaxDepth = 32;

    private readonly string _file;
    private readonly Scanner _scanner;
    private int _depth;

    private YamlComposer(string file, string text)
    {
        _file = file;
        _scanner = new Scanner(new StringReader(text));
    }

    /// <summary>Reads one document.</summary>
    /// <param name="file">The file's name for messages.</param>
    /// <param name="text">The whole text.</param>
    /// <returns>The root, or null when there is nothing but comments.</returns>
    /// <exception cref="ConfigException">The text is not YAML, or uses what a configuration may not.</exception>
    public static ConfigNode? Compose(string file, string text)
    {
        var composer = new YamlComposer(file, text);
        try
        {
            return composer.Document();
        }
        catch (YamlException e)
        {
            throw new ConfigException($"{composer.At(e.Start)}: not valid YAML: {Printable.Shorten(e.Message)}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or IndexOutOfRangeException)
        {
            // The scanner's own words for some malformed input, for instance an escape beyond Unicode.
            throw new ConfigException($"{composer.At(composer._scanner.CurrentPosition)}: not valid YAML: {Printable.Shorten(e.Message)}");
        }
    }

    private ConfigNode? Document()
    {
        Next();
        if (Current is StreamStart)
            Next();
        while (Current is VersionDirective)
            Next();
        if (Current is DocumentStart)
            Next();
        if (Current is StreamEnd)
            return null;
        var root = Node(false);
        while (Current is DocumentEnd)
            Next();
        return Current switch
        {
            StreamEnd => root,
            DocumentStart => throw Error("a second document starts here; a configuration is one document"),
            _ => throw Unexpected(),
        };
    }

    private Token Current => _scanner.Current!;

    private void Next()
    {
        if (!_scanner.MoveNext())
            throw Error("not valid YAML: the text ends too early");
        if (Current is YamlDotNet.Core.Tokens.Error error)
            throw Error("not valid YAML: " + Printable.Shorten(error.Value));
    }

    /// <param name="listMayBeUnindented">As the value of a block mapping, a list may start in the column of its key.</param>
    private ConfigNode Node(bool listMayBeUnindented)
    {
        if (++_depth > MaxDepth)
            throw Error($"nested deeper than {MaxDepth} levels");
        ConfigNode node = Current switch
        {
            Scalar scalar => ScalarNode(scalar),
            BlockMappingStart => BlockMapping(),
            BlockSequenceStart => BlockList(),
            BlockEntry when listMayBeUnindented => UnindentedList(),
            FlowMappingStart => FlowMapping(),
            FlowSequenceStart => FlowList(),
            Anchor or AnchorAlias => throw Error("anchors and aliases (& and *) are not supported; quote the text if it starts with one"),
            Tag => throw Error("tags (!) are not supported; quote the text if it starts with one"),
            _ => throw Unexpected(),
        };
        _depth--;
        return node;
    }

    private ConfigScalar ScalarNode(Scalar scalar)
    {
        var node = new ConfigScalar(At(scalar.Start), scalar.Value, scalar.Style != ScalarStyle.Plain);
        Next();
        return node;
    }

    private ConfigScalar Nothing() => new(At(Current.Start), "", false);

    private ConfigMap BlockMapping()
    {
        var map = new ConfigMap(At(Current.Start));
        Next();
        while (Current is not BlockEnd)
        {
            var key = Current is Key ? MappingKey() : throw Unexpected();
            ConfigNode value = Nothing();
            if (Current is Value)
            {
                Next();
                value = Current is Key or Value or BlockEnd ? Nothing() : Node(true);
            }
            map.Add(key, value);
        }
        Next();
        return map;
    }

    private ConfigMap FlowMapping()
    {
        var map = new ConfigMap(At(Current.Start));
        Next();
        while (Current is not FlowMappingEnd)
        {
            var key = Current is Key ? MappingKey() : throw Error("expected 'key: value' or '}'");
            ConfigNode value = Nothing();
            if (Current is Value)
            {
                Next();
                value = Current is FlowEntry or FlowMappingEnd ? Nothing() : Node(false);
            }
            map.Add(key, value);
            SkipComma(Current is FlowMappingEnd, "expected ',' or '}'");
        }
        Next();
        return map;
    }

    private ConfigScalar MappingKey()
    {
        Next();
        return Current is Scalar scalar ? ScalarNode(scalar) : throw Error("a key must be plain text");
    }

    private ConfigList BlockList()
    {
        var list = new ConfigList(At(Current.Start), []);
        Next();
        Entries(list);
        if (Current is not BlockEnd)
            throw Unexpected();
        Next();
        return list;
    }

    private ConfigList UnindentedList()
    {
        var list = new ConfigList(At(Current.Start), []);
        Entries(list);
        return list;
    }

    private void Entries(ConfigList list)
    {
        while (Current is BlockEntry)
        {
            Next();
            list.Items.Add(Current is BlockEntry or Key or Value or BlockEnd ? Nothing() : Node(false));
        }
    }

    private ConfigList FlowList()
    {
        var list = new ConfigList(At(Current.Start), []);
        Next();
        while (Current is not FlowSequenceEnd)
        {
            list.Items.Add(Current is Key ? throw Error("'key: value' in a list needs braces: { key: value }") : Node(false));
            SkipComma(Current is FlowSequenceEnd, "expected ',' or ']'");
        }
        Next();
        return list;
    }

    private void SkipComma(bool atEnd, string message)
    {
        if (atEnd)
            return;
        if (Current is not FlowEntry)
            throw Error(message);
        Next();
    }

    private ConfigPosition At(Mark mark) => new(_file, (int)mark.Line, (int)mark.Column);

    private ConfigException Error(string message) => new($"{At(_scanner.Current?.Start ?? _scanner.CurrentPosition)}: {message}");

    private ConfigException Unexpected() => Current switch
    {
        StreamEnd => Error("the text ends where a value is expected"),
        Anchor or AnchorAlias => Error("anchors and aliases (& and *) are not supported"),
        _ => Error("not valid YAML: a key, a value or the end was expected; check the indentation"),
    };
}

namespace Ferry.Cli.Config.Nodes;

/// <summary>
/// Builds configuration nodes from YAML: the part of the language that people write settings in. Mappings and lists, indented or in
/// braces and brackets, plain and quoted text, comments. Everything else is refused with its place: anchors and aliases (so there
/// is no alias bomb), tags, directives, several documents, keys that are not text, text over several lines, tabs.
/// <para>
/// What it accepts means what a full parser says it means; a test compares the two on random text. It exists because every command
/// starts with it: loading and preparing a general parser takes longer than all the rest of a sync that finds nothing to do.
/// </para>
/// </summary>
internal sealed class YamlComposer
{
    /// <summary>Deepest nesting of lists and mappings; the configuration itself needs four.</summary>
    public const int MaxDepth = 32;

    /// <summary>Longest key, by the rules of YAML.</summary>
    private const int MaxKeyLength = 1000;

    private readonly YamlCursor _cursor;
    private int _depth;
    private int _flowParent;

    /// <summary>The offset behind the last text, bracket, colon or dash.</summary>
    private int _written;

    private YamlComposer(YamlCursor cursor) => _cursor = cursor;

    /// <summary>Reads one document.</summary>
    /// <param name="file">The file's name for messages.</param>
    /// <param name="text">The whole text.</param>
    /// <returns>The root, or null when there is nothing but comments.</returns>
    /// <exception cref="ConfigException">The text is not YAML, or uses what a configuration may not.</exception>
    public static ConfigNode? Compose(string file, string text) => new YamlComposer(new YamlCursor(file, text)).Document();

    private ConfigNode? Document()
    {
        _cursor.SkipBlank();
        if (_cursor.IsMarker && _cursor.Current == '-')
        {
            _cursor.Advance(3);
            _cursor.EndLine();
            _cursor.SkipBlank();
        }
        if (_cursor.IsEnd)
            return null;
        var root = BlockNode(-1);
        _cursor.SkipBlank();
        if (!_cursor.IsEnd)
            throw BadIndentation();
        return root;
    }

    /// <summary>Reads the node that starts here, outside of brackets; it ends with its last line.</summary>
    /// <param name="parent">The column of the mapping or list that it is in.</param>
    private ConfigNode BlockNode(int parent)
    {
        Enter();
        ConfigNode node;
        var column = _cursor.Column;
        var start = _cursor.Offset;
        if (_cursor.IsDash)
        {
            node = BlockList(column);
        }
        else if (_cursor.Current is '[' or '{')
        {
            node = OutermostFlowNode(parent);
        }
        else
        {
            RefuseMarker();
            var scalar = Scalar(inFlow: false);
            _cursor.SkipSpaces();
            if (IsColon)
                node = BlockMapping(column, scalar);
            else
                node = EndOf(scalar);
        }
        node.Span = new TextSpan(start, _written);
        _depth--;
        return node;
    }

    private ConfigMap BlockMapping(int column, ConfigScalar key)
    {
        var map = new ConfigMap(key.Position);
        while (true)
        {
            SkipColon(key);
            map.Add(key, BlockValue(column));
            _cursor.SkipBlank();
            if (_cursor.IsEnd || _cursor.Column < column)
                return map;
            if (_cursor.Column > column)
                throw BadIndentation();
            RefuseMarker();
            if (_cursor.IsDash)
                throw _cursor.Error("a list's item among the keys of a mapping");
            if (_cursor.Current is '[' or '{')
                throw _cursor.Error("a key must be plain text");
            key = Scalar(inFlow: false);
            _cursor.SkipSpaces();
            if (!IsColon)
                throw _cursor.Error("a colon and a space are missing behind the key");
        }
    }

    /// <summary>Reads what follows a key's colon: on the line, or indented below it.</summary>
    private ConfigNode BlockValue(int column)
    {
        _cursor.SkipSpaces();
        if (_cursor.IsLineEnd || _cursor.Current == '#')
        {
            _cursor.SkipBlank();
            if (!_cursor.IsEnd && _cursor.Column > column)
                return BlockNode(column);
            // A list may start in the column of its key.
            return !_cursor.IsEnd && _cursor.Column == column && _cursor.IsDash ? BlockNode(column) : Nothing();
        }
        if (_cursor.IsDash)
            throw _cursor.Error("a list starts on a line of its own");
        if (_cursor.Current is '[' or '{')
            return OutermostFlowNode(column);
        var scalar = Scalar(inFlow: false);
        _cursor.SkipSpaces();
        return IsColon ? throw _cursor.Error("a second colon on the line; quote the text, or put the mapping in braces") : EndOf(scalar);
    }

    private ConfigList BlockList(int column)
    {
        var list = new ConfigList(_cursor.Position, []);
        while (true)
        {
            Take();
            _cursor.SkipSpaces();
            if (_cursor.IsLineEnd || _cursor.Current == '#')
                _cursor.SkipBlank();
            list.Items.Add(!_cursor.IsEnd && _cursor.Column > column ? BlockNode(column) : Nothing());
            _cursor.SkipBlank();
            if (_cursor.IsEnd || _cursor.Column < column || (_cursor.Column == column && !_cursor.IsDash))
                return list;
            if (_cursor.Column > column)
                throw BadIndentation();
        }
    }

    private ConfigNode OutermostFlowNode(int parent)
    {
        _flowParent = parent;
        var node = FlowNode();
        _cursor.EndLine();
        return node;
    }

    /// <summary>Reads a node inside of brackets or braces; line ends are blanks there.</summary>
    private ConfigNode FlowNode()
    {
        Enter();
        var start = _cursor.Offset;
        ConfigNode node = _cursor.Current switch
        {
            '[' => FlowList(),
            '{' => FlowMapping(),
            _ => Scalar(inFlow: true),
        };
        node.Span = new TextSpan(start, _written);
        _depth--;
        return node;
    }

    private ConfigList FlowList()
    {
        var list = new ConfigList(_cursor.Position, []);
        SkipIntoFlow();
        while (_cursor.Current != ']')
        {
            list.Items.Add(FlowNode());
            _cursor.SkipSpaces();
            if (_cursor.Current == ':')
                throw _cursor.Error("'key: value' in a list needs braces: { key: value }");
            SkipComma(']');
        }
        Take();
        return list;
    }

    private ConfigMap FlowMapping()
    {
        var map = new ConfigMap(_cursor.Position);
        SkipIntoFlow();
        while (_cursor.Current != '}')
        {
            if (_cursor.Current is '[' or '{')
                throw _cursor.Error("a key must be plain text");
            var key = Scalar(inFlow: true);
            _cursor.SkipSpaces();
            if (_cursor.Current != ':')
                throw _cursor.Error("expected 'key: value' or '}'");
            SkipColon(key);
            SkipFlowBlank();
            map.Add(key, _cursor.Current is ',' or '}' ? Nothing() : FlowNode());
            SkipComma('}');
        }
        Take();
        return map;
    }

    private void SkipIntoFlow()
    {
        _cursor.Advance(1);
        SkipFlowBlank();
    }

    private void SkipComma(char close)
    {
        SkipFlowBlank();
        if (_cursor.Current == close)
            return;
        if (_cursor.Current != ',')
            throw _cursor.Error($"expected ',' or '{close}'");
        SkipIntoFlow();
    }

    private void SkipFlowBlank()
    {
        _cursor.SkipBlank();
        RefuseMarker();
        if (_cursor.Column <= _flowParent && !_cursor.IsEnd && _cursor.Current is not (']' or '}'))
            throw _cursor.Error("what stands in brackets or braces must be indented more than what it is in");
    }

    private bool IsColon => _cursor.Current == ':' && YamlCursor.IsBlank(_cursor.Peek(1));

    private void SkipColon(ConfigScalar key)
    {
        if (key.Text.Length > MaxKeyLength)
            throw key.Error("a key of more than 1000 characters");
        Take();
    }

    private ConfigScalar Scalar(bool inFlow)
    {
        var scalar = YamlScalars.Read(_cursor, inFlow);
        _written = scalar.Span.End;
        return scalar;
    }

    /// <summary>Takes one character that belongs to what is written: a bracket, a colon, a dash.</summary>
    private void Take()
    {
        _cursor.Advance(1);
        _written = _cursor.Offset;
    }

    private ConfigScalar EndOf(ConfigScalar scalar)
    {
        _cursor.EndLine();
        return scalar;
    }

    private ConfigScalar Nothing() => new(_cursor.Position, "", quoted: false) { Span = new(_written, _written) };

    private void Enter()
    {
        if (++_depth > MaxDepth)
            throw _cursor.Error($"nested deeper than {MaxDepth} levels");
    }

    private void RefuseMarker()
    {
        if (_cursor.IsMarker)
            throw _cursor.Error("a second document, or the end of one; a configuration is one document");
    }

    private ConfigException BadIndentation() => _cursor.IsMarker
        ? _cursor.Error("a second document, or the end of one; a configuration is one document")
        : _cursor.Error("the line belongs to nothing above it; check its indentation, and quote text that goes on over several lines");
}

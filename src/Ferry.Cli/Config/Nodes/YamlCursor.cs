namespace Ferry.Cli.Config.Nodes;

/// <summary>A place in YAML text, and what can be said of it without knowing the structure around it.</summary>
internal sealed class YamlCursor
{
    private readonly string _file;
    private readonly string _text;
    private int _at;
    private int _line = 1;
    private int _lineStart;

    public YamlCursor(string file, string text)
    {
        (_file, _text) = (file, text);
        CheckCharacters();
    }

    public bool IsEnd => _at == _text.Length;

    /// <summary>The character here; a line end at the end of the text.</summary>
    public char Current => Peek(0);

    /// <summary>Characters between the start of the line and here.</summary>
    public int Column => _at - _lineStart;

    public ConfigPosition Position => new(_file, _line, Column + 1);

    public bool IsLineEnd => Current is '\n' or '\r';

    /// <summary>Whether a dash stands here as the mark of a list's item.</summary>
    public bool IsDash => Current == '-' && IsBlank(Peek(1));

    /// <summary>Whether a document's start or end is marked here.</summary>
    public bool IsMarker => Column == 0 && IsBlank(Peek(3)) &&
        (string.CompareOrdinal(_text, _at, "---", 0, 3) == 0 || string.CompareOrdinal(_text, _at, "...", 0, 3) == 0);

    public char Peek(int distance) => _at + distance < _text.Length ? _text[_at + distance] : '\n';

    public void Advance(int count) => _at += count;

    public string Slice(int start) => _text[start.._at];

    public int Offset => _at;

    public static bool IsBlank(char c) => c is ' ' or '\n' or '\r' or '\t';

    public void SkipSpaces()
    {
        while (Current == ' ' && !IsEnd)
            _at++;
        if (Current == '\t')
            throw Error("a tab outside of quotes; use spaces");
    }

    /// <summary>Skips spaces, comments and line ends, to what comes next.</summary>
    public void SkipBlank()
    {
        while (true)
        {
            SkipSpaces();
            if (Current == '#' && (Column == 0 || _text[_at - 1] == ' '))
                SkipComment();
            if (IsEnd || !IsLineEnd)
                return;
            _at += Current == '\r' ? 2 : 1;
            _line++;
            _lineStart = _at;
        }
    }

    /// <summary>Makes sure that nothing but a comment follows on this line.</summary>
    public void EndLine()
    {
        SkipSpaces();
        if (!IsLineEnd && !(Current == '#' && _text[_at - 1] == ' '))
            throw Error($"'{Printable.Shorten(Current.ToString())}' after the end of a value; put text with such characters in quotes");
    }

    public ConfigException Error(string message) => new($"{Position}: not valid YAML: {message}");

    private void SkipComment()
    {
        var end = _text.AsSpan(_at).IndexOfAny('\r', '\n');
        _at = end < 0 ? _text.Length : _at + end;
    }

    // YAML knows more line ends than editors do. What one program takes for a comment must not be a setting to another.
    private void CheckCharacters()
    {
        for (; _at < _text.Length; _at++)
        {
            var c = _text[_at];
            if (c == '\n')
                (_line, _lineStart) = (_line + 1, _at + 1);
            else if (IsRefused(c) && !(c == '\r' && Peek(1) == '\n' && _at + 1 < _text.Length))
                throw Error($"the character U+{(int)c:X4}; in double quotes it can be written as \\u{(int)c:x4}");
        }
        (_at, _line, _lineStart) = (0, 1, 0);
    }

    private static bool IsRefused(char c) =>
        (c < ' ' && c != '\t') || c is (>= '\u007f' and <= '\u009f') or '\u2028' or '\u2029' or '\ufeff' or '\ufffe' or '\uffff';
}

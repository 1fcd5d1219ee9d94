using System.Globalization;
using System.Text;

namespace Ferry.Cli.Config.Nodes;

/// <summary>Reads the three ways to write text in YAML, each on one line.</summary>
internal static class YamlScalars
{
    private const string FlowMarks = ",[]{}";

    /// <summary>Reads the text that starts here.</summary>
    /// <param name="cursor">Left behind the text.</param>
    /// <param name="inFlow">Whether brackets or braces are open.</param>
    /// <exception cref="ConfigException">No text starts here, or it does not end on the line.</exception>
    public static ConfigScalar Read(YamlCursor cursor, bool inFlow) => cursor.Current switch
    {
        '\'' => SingleQuoted(cursor),
        '"' => DoubleQuoted(cursor),
        '&' or '*' => throw cursor.Error("anchors and aliases (& and *) are not supported; quote the text if it starts with one"),
        '!' => throw cursor.Error("tags (!) are not supported; quote the text if it starts with one"),
        '|' or '>' when !inFlow => throw cursor.Error("texts over several lines (| and >) are not supported; use double quotes and \\n"),
        '?' when YamlCursor.IsBlank(cursor.Peek(1)) => throw cursor.Error("a key must be plain text"),
        _ => Plain(cursor, inFlow),
    };

    private static ConfigScalar Plain(YamlCursor cursor, bool inFlow)
    {
        var position = cursor.Position;
        var start = cursor.Offset;
        var end = start;
        if (!MayStart(cursor, inFlow))
        {
            throw cursor.Error(cursor.IsEnd || cursor.IsLineEnd
                ? "a value is missing"
                : $"a value cannot start with '{Printable.Shorten(cursor.Current.ToString())}'; quote it");
        }
        while (!cursor.IsLineEnd && !EndsPlain(cursor, inFlow))
        {
            if (cursor.Current == '\t')
                throw cursor.Error("a tab outside of quotes; use spaces");
            var space = cursor.Current == ' ';
            cursor.Advance(1);
            if (space && cursor.Current == '#')
                break;
            if (!space)
                end = cursor.Offset;
        }
        return new ConfigScalar(position, cursor.Slice(start)[..(end - start)], quoted: false) { Span = new(start, end) };
    }

    private static bool MayStart(YamlCursor cursor, bool inFlow)
    {
        var next = cursor.Peek(1);
        return cursor.Current switch
        {
            '-' => !YamlCursor.IsBlank(next) && !(inFlow && FlowMarks.Contains(next, StringComparison.Ordinal)),
            ',' or '[' or ']' or '{' or '}' or '#' or '|' or '>' or '%' or '@' or '`' or '?' or ':' or '\n' or '\r' => false,
            _ => true,
        };
    }

    private static bool EndsPlain(YamlCursor cursor, bool inFlow)
    {
        if (cursor.Current == ':')
        {
            var next = cursor.Peek(1);
            if (inFlow && FlowMarks.Contains(next, StringComparison.Ordinal))
                throw cursor.Error("a colon before a bracket or comma; put a space behind it, or quote the text");
            return YamlCursor.IsBlank(next);
        }
        return inFlow && FlowMarks.Contains(cursor.Current, StringComparison.Ordinal);
    }

    private static ConfigScalar SingleQuoted(YamlCursor cursor)
    {
        var position = cursor.Position;
        var start = cursor.Offset;
        var text = new StringBuilder();
        cursor.Advance(1);
        while (true)
        {
            if (cursor.IsLineEnd)
                throw cursor.Error("the text in quotes does not end on its line");
            var c = cursor.Current;
            cursor.Advance(1);
            if (c == '\'')
            {
                if (cursor.Current != '\'')
                    return new ConfigScalar(position, text.ToString(), quoted: true) { Span = new(start, cursor.Offset) };
                cursor.Advance(1);
            }
            text.Append(c);
        }
    }

    private static ConfigScalar DoubleQuoted(YamlCursor cursor)
    {
        var position = cursor.Position;
        var start = cursor.Offset;
        var text = new StringBuilder();
        cursor.Advance(1);
        while (cursor.Current != '"')
        {
            if (cursor.IsLineEnd)
                throw cursor.Error("the text in quotes does not end on its line");
            if (cursor.Current == '\\')
            {
                Escape(cursor, text);
                continue;
            }
            text.Append(cursor.Current);
            cursor.Advance(1);
        }
        cursor.Advance(1);
        return new ConfigScalar(position, text.ToString(), quoted: true) { Span = new(start, cursor.Offset) };
    }

    private static void Escape(YamlCursor cursor, StringBuilder text)
    {
        const string letters = "abtnvfre\"/\\ N_LP";
        const string meanings = "\a\b\t\n\v\f\r\u001b\"/\\ \u0085\u00a0\u2028\u2029";
        var letter = cursor.Peek(1);
        var digits = letter switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0)
        {
            AppendCharacter(cursor, text, digits);
            return;
        }
        var index = letters.IndexOf(letter, StringComparison.Ordinal);
        if (index < 0)
        {
            var written = Printable.Shorten(letter.ToString());
            throw cursor.Error($"unknown escape '\\{written}'; a backslash is written as \\\\ in double quotes");
        }
        text.Append(meanings[index]);
        cursor.Advance(2);
    }

    private static void AppendCharacter(YamlCursor cursor, StringBuilder text, int digits)
    {
        uint code = 0;
        for (var i = 0; i < digits; i++)
        {
            var c = cursor.Peek(2 + i);
            if (!char.IsAsciiHexDigit(c))
                throw cursor.Error($"an escape needs {digits.ToString(CultureInfo.InvariantCulture)} hexadecimal digits");
            code = (code << 4) | (uint)(char.IsAsciiDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
        }
        if (code == 0 || !Rune.TryCreate(code, out var rune))
            throw cursor.Error("the escape is no character");
        text.Append(rune.ToString());
        cursor.Advance(2 + digits);
    }
}

using System.Globalization;
using System.Text;

namespace Ferry.Cli.Shell.Manual;

/// <summary>Writes the language of manual pages, man(7). Text is escaped: it arrives as it is, whatever characters it holds.</summary>
internal sealed class Roff
{
    private readonly StringBuilder _text = new();

    /// <summary>A line of comment.</summary>
    public Roff Comment(string text) => Line($".\\\" {text}");

    /// <summary>The first request of a page.</summary>
    public Roff Title(string name, string source) => Line($".TH {Argument(name)} 1 \"\" {Argument(source)} Ferry");

    /// <summary>Begins a section.</summary>
    public Roff Section(string title) => Line($".SH {Argument(title)}");

    /// <summary>Begins a paragraph whose first line hangs to the left.</summary>
    /// <param name="term">The first line, already escaped.</param>
    public Roff Term(string term) => Line(".TP").Line(term);

    /// <summary>A line of running text.</summary>
    public Roff Text(string text) => Line(Escape(text));

    /// <summary>A line of running text that is already escaped.</summary>
    public Roff Marked(string text) => Line(text);

    /// <summary>Lines that stay as they are.</summary>
    public Roff Verbatim(IEnumerable<string> lines)
    {
        Line(".RS 4").Line(".nf");
        foreach (var line in lines)
            Text(line);
        return Line(".fi").Line(".RE");
    }

    /// <summary>In bold face.</summary>
    public static string Bold(string text) => $"\\fB{Escape(text)}\\fR";

    /// <summary>In italics, as placeholders are.</summary>
    public static string Italic(string text) => $"\\fI{Escape(text)}\\fR";

    /// <summary>Text that means itself, also at the beginning of a line.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
        {
            escaped.Append(rune.Value switch
            {
                '\\' => "\\e",
                '-' => "\\-",
                '\'' => "\\(aq",
                '`' => "\\(ga",
                '^' => "\\(ha",
                '~' => "\\(ti",
                '"' => "\\(dq",
                '.' when escaped.Length == 0 => "\\&.",
                < ' ' or 0x7f => " ",
                > 0x7f => "\\[u" + rune.Value.ToString("X4", CultureInfo.InvariantCulture) + "]",
                var plain => ((char)plain).ToString(),
            });
        }
        return escaped.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private static string Argument(string text) => $"\"{Escape(text)}\"";

    private Roff Line(string line)
    {
        _text.Append(line).Append('\n');
        return this;
    }
}

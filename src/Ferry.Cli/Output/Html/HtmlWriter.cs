using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Ferry.Cli.Output.Html;

/// <summary>
/// Writes HTML. Markup is what stands literally in the code; whatever is filled in is escaped, for text and for attributes in double quotes
/// alike. There is no way to write a string that is not a constant as it is.
/// </summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _page = new();

    /// <summary>Writes markup with values: <c>$"&lt;td title=\"{path}\"&gt;{name}&lt;/td&gt;"</c>.</summary>
#pragma warning disable CA1822 // the template writes to this page
    public void Write([InterpolatedStringHandlerArgument("")] Template html) => _ = html;
#pragma warning restore CA1822

    /// <summary>Writes markup.</summary>
    public void Write([ConstantExpected] string html) => _page.Append(html);

    /// <summary>Writes a style sheet or a script of ours; neither may hold what ends its element.</summary>
    public void WriteVerbatim(StyleSheet sheet) => _page.Append(sheet.Text);

    /// <summary>As <see cref="WriteVerbatim(StyleSheet)"/>.</summary>
    public void WriteVerbatim(PageScript script) => _page.Append(script.Text);

    /// <summary>Writes what another writer has.</summary>
    public void Write(HtmlWriter part) => _page.Append(part._page);

    /// <summary>The page so far.</summary>
    public override string ToString() => _page.ToString();

    private void Escape(Breakable path)
    {
        var start = 0;
        for (var i = 0; i < path.Text.Length; i++)
        {
            if (path.Text[i] is '/' or '_')
            {
                Escape(path.Text[start..(i + 1)]);
                _page.Append("<wbr>");
                start = i + 1;
            }
        }

        Escape(path.Text[start..]);
    }

    private void Escape(string? text)
    {
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '&' => _page.Append("&amp;"),
                '<' => _page.Append("&lt;"),
                '>' => _page.Append("&gt;"),
                '"' => _page.Append("&quot;"),
                '\'' => _page.Append("&#39;"),
                // Neither is a control character allowed in HTML, nor may a name turn the direction of what follows it.
                (< ' ' and not '\n') or (>= 0x7F and < 0xA0) or (>= 0x200E and <= 0x200F) or (>= 0x2028 and <= 0x202E) or (>= 0x2066 and <= 0x2069)
                    => _page.Append('\uFFFD'),
                _ => _page.Append(rune.ToString()),
            };
        }
    }

    /// <summary>A path or a variable's name in text: lines may break behind its slashes and underscores. Not for attributes.</summary>
    public readonly record struct Breakable(string Text);

    /// <summary>What <see cref="Write(Template)"/> takes.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Template(int literalLength, int formattedCount, HtmlWriter page)
    {
        private readonly HtmlWriter _page = Reserve(page, literalLength + (formattedCount * 16));

        public void AppendLiteral(string html) => _page._page.Append(html);

        public void AppendFormatted(string? text) => _page.Escape(text);

        public void AppendFormatted(Breakable path) => _page.Escape(path);

        public void AppendFormatted(int number) => _page._page.Append(number.ToString(CultureInfo.InvariantCulture));

        /// <summary>A coordinate or share: at most three decimals.</summary>
        public void AppendFormatted(double number) => _page._page.Append(number.ToString("0.###", CultureInfo.InvariantCulture));

        private static HtmlWriter Reserve(HtmlWriter page, int length)
        {
            page._page.EnsureCapacity(page._page.Length + length);
            return page;
        }
    }
}

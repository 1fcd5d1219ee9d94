using Ferry.Cli.Output.Html;

namespace Ferry.Cli.Tests.Output;

public sealed class HtmlWriterTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;")]
    [InlineData("\" onload=\"alert(1)", "&quot; onload=&quot;alert(1)")]
    [InlineData("' onload='alert(1)", "&#39; onload=&#39;alert(1)")]
    [InlineData("a & b &amp; c", "a &amp; b &amp;amp; c")]
    [InlineData("\u202egnp.exe \u2066x\u2069", "\ufffdgnp.exe \ufffdx\ufffd")]
    [InlineData("\0\u0001\u001b[31m\u0085", "\ufffd\ufffd\ufffd[31m\ufffd")]
    [InlineData("\u0634\u0628\u0643\u0629 \U0001f98a", "\u0634\u0628\u0643\u0629 \U0001f98a")]
    [InlineData("", "")]
    public void What_is_filled_in_is_text(string text, string html)
    {
        var page = new HtmlWriter();
        page.Write($"<b title=\"{text}\">{text}</b>");
        Assert.Equal($"<b title=\"{html}\">{html}</b>", page.ToString());
    }

    [Fact]
    public void Half_a_character_is_none()
    {
        var page = new HtmlWriter();
        page.Write($"{new string([(char)0xD800, 'x', (char)0xDC00])}");
        Assert.Equal("\ufffdx\ufffd", page.ToString());
    }

    [Fact]
    public void Lines_may_break_within_paths_and_nothing_else_comes_of_it()
    {
        var page = new HtmlWriter();
        page.Write($"{new HtmlWriter.Breakable("/a_<b>/c&/")}|{new HtmlWriter.Breakable("")}|{new HtmlWriter.Breakable("plain")}");
        Assert.Equal("/<wbr>a_<wbr>&lt;b&gt;/<wbr>c&amp;/<wbr>||plain", page.ToString());
    }

    [Fact]
    public void Numbers_are_written_for_machines()
    {
        var page = new HtmlWriter();
        page.Write($"{1234567} {1234.56789} {-0.5}");
        Assert.Equal("1234567 1234.568 -0.5", page.ToString());
    }
}

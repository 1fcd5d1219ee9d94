namespace Ferry.Cli.Config.Editing;

/// <summary>Where the lines of a text are.</summary>
internal static class TextLines
{
    /// <summary>The offset of the first character of the line.</summary>
    public static int Start(string text, int at) => at == 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;

    /// <summary>The offset of the line's end: of its <c>\r\n</c> or <c>\n</c>, or the text's length.</summary>
    public static int End(string text, int at)
    {
        var feed = text.IndexOf('\n', at);
        return feed < 0 ? text.Length : feed > at && text[feed - 1] == '\r' ? feed - 1 : feed;
    }

    /// <summary>The offset of the next line's first character, or the text's length.</summary>
    public static int Next(string text, int at)
    {
        var feed = text.IndexOf('\n', at);
        return feed < 0 ? text.Length : feed + 1;
    }

    /// <summary>Whether nothing but blanks stands before this on its line.</summary>
    public static bool IsFirst(string text, int at) => text.AsSpan(Start(text, at)..at).IsWhiteSpace();

    /// <summary>The blanks that the line starts with.</summary>
    public static string Indentation(string text, int at)
    {
        var start = Start(text, at);
        var end = start;
        while (end < text.Length && text[end] is ' ' or '\t')
            end++;
        return text[start..end];
    }

    /// <summary>What ends the lines of the text: that of its first line.</summary>
    public static string Ending(string text) => text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
}

namespace Ferry.Core.Walking;

/// <summary>Cuts the text of an ignore file into patterns, by git's rules for line ends, comments and spaces.</summary>
internal static class IgnoreLines
{
    /// <summary>Longest pattern in bytes; no path is longer either.</summary>
    private const int LongestPattern = 4096;

    /// <summary>Most patterns of one set; every path is held against all of them.</summary>
    private const int MostPatterns = 100_000;

    /// <summary>Adds the patterns of a text.</summary>
    /// <param name="text">The text; a byte order mark in front is skipped.</param>
    /// <param name="rules">Receives the rules in their order.</param>
    /// <exception cref="IgnorePatternException">A pattern holds a NUL or a limit is passed.</exception>
    internal static void Parse(ReadOnlySpan<byte> text, List<IgnoreRule> rules)
    {
        if (text is [0xEF, 0xBB, 0xBF, .. var rest])
            text = rest;
        for (int line = 1; !text.IsEmpty; line++)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> pattern = end < 0 ? text : text[..end];
            text = end < 0 ? [] : text[(end + 1)..];
            ParseLine(pattern, line, rules);
        }
    }

    private static void ParseLine(ReadOnlySpan<byte> pattern, int line, List<IgnoreRule> rules)
    {
        if (pattern is [(byte)'#', ..])
            return;
        if (pattern is [.., (byte)'\r'])
            pattern = pattern[..^1];
        pattern = TrimTrailingSpaces(pattern);
        Check(pattern, line, rules.Count);
        if (IgnoreRule.Compile(pattern, line) is { } rule)
            rules.Add(rule);
    }

    /// <summary>Removes spaces at the end, but not one with a backslash before it. Other white space stays.</summary>
    private static ReadOnlySpan<byte> TrimTrailingSpaces(ReadOnlySpan<byte> pattern)
    {
        int end = 0;
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\')
                i++;
            else if (pattern[i] == ' ')
                continue;
            end = Math.Min(i + 1, pattern.Length);
        }
        return pattern[..end];
    }

    private static void Check(ReadOnlySpan<byte> pattern, int line, int rules)
    {
        string? reason =
            pattern.Contains((byte)0) ? "holds a NUL byte, which no path can"
            : pattern.Length > LongestPattern ? $"is longer than {LongestPattern} bytes"
            : rules >= MostPatterns ? $"is one too many; {MostPatterns} are allowed"
            : null;
        if (reason is not null)
            throw new IgnorePatternException(System.Text.Encoding.UTF8.GetString(pattern), line, reason);
    }
}

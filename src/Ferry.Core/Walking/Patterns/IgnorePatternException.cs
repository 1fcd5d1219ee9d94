namespace Ferry.Core.Walking;

/// <summary>A pattern that is refused; the message names the pattern, its line and the reason.</summary>
public sealed class IgnorePatternException : FormatException
{
    private const int ShownChars = 60;

    /// <summary>Says why a pattern is refused.</summary>
    /// <param name="pattern">The pattern as it was written.</param>
    /// <param name="line">Its line, from 1.</param>
    /// <param name="reason">Half a sentence.</param>
    public IgnorePatternException(string pattern, int line, string reason)
        : base($"ignore pattern \"{Shorten(pattern)}\" (line {line}): {reason}") =>
        (Pattern, Line) = (pattern, line);

    /// <summary>The pattern as it was written.</summary>
    public string Pattern { get; }

    /// <summary>Its line, from 1.</summary>
    public int Line { get; }

    private static string Shorten(string pattern)
    {
        string shown = pattern.Length <= ShownChars ? pattern : pattern[..ShownChars] + "...";
        return shown.Replace("\0", "\\0", StringComparison.Ordinal);
    }
}

using System.Text;

namespace Ferry.Cli.Config.Nodes;

/// <summary>Makes text from a file or the environment fit for a one-line message.</summary>
internal static class Printable
{
    private const int MaxLength = 80;

    /// <summary>The text on one line, without control characters (a terminal would obey them), at most 80 characters.</summary>
    public static string Shorten(string text) => Shorten(text, MaxLength);

    /// <summary>The same with another length.</summary>
    public static string Shorten(string text, int most)
    {
        var builder = new StringBuilder(Math.Min(text.Length, most) + 1);
        foreach (var c in text)
        {
            if (builder.Length >= most)
                return builder.Append('…').ToString();
            builder.Append(IsHarmless(c) ? c : '?');
        }
        return builder.ToString();
    }

    // U+202A..E and U+2066..9 turn the direction of the text around them.
    private static bool IsHarmless(char c) =>
        !char.IsControl(c) && c is not ((>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u2028' or '\u2029');
}

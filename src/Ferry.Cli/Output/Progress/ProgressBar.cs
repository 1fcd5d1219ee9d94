namespace Ferry.Cli.Output;

/// <summary>A bar of text.</summary>
internal static class ProgressBar
{
    private const string Cyan = "\u001b[36m";
    private const string Faint = "\u001b[2m";
    private const string Normal = "\u001b[m";

    /// <summary>Draws a bar.</summary>
    /// <param name="done">0 to 1.</param>
    /// <param name="columns">Its length.</param>
    /// <param name="style">What the terminal can show.</param>
    public static string Draw(double done, int columns, ScreenStyle style)
    {
        var halves = (int)(done * columns * 2);
        var full = halves / 2;
        var filled = style.IsUnicode ? new string('━', full) + (halves % 2 == 1 ? "╸" : "") : new string('#', full);
        var rest = new string(style.IsUnicode ? '─' : '.', columns - filled.Length);
        return style.HasColour ? $"{Cyan}{filled}{Normal}{Faint}{rest}{Normal}" : filled + rest;
    }
}

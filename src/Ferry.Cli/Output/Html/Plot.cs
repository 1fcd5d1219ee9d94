using System.Globalization;

namespace Ferry.Cli.Output.Html;

/// <summary>
/// The frame of a chart: the drawing is stretched to whatever width there is, the words beside it are ordinary text that keeps its size.
/// Coordinates in the drawing are 0 to 1000 and, downwards, 0 to 100.
/// </summary>
internal static class Plot
{
    public const double Width = 1000;
    public const double Height = 100;

    /// <summary>Begins a chart with what its axis says at top, middle and bottom; the middle may be empty.</summary>
    /// <param name="page">Is written to.</param>
    /// <param name="text">What it shows, for those who do not see it.</param>
    /// <param name="css">A class for its height.</param>
    /// <param name="scale">The axis, from top to bottom.</param>
    public static void Begin(HtmlWriter page, string text, string css, params ReadOnlySpan<string> scale)
    {
        page.Write($"<div class=\"plot {css}\"><div class=\"scale\" aria-hidden=\"true\">");
        foreach (var label in scale)
        {
            page.Write($"<span>{label}</span>");
        }

        page.Write($"</div><svg viewBox=\"0 0 1000 100\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{text}\">\n");
        for (var i = 0; i < scale.Length; i++)
        {
            var y = scale.Length == 1 ? Height : Height * i / (scale.Length - 1);
            page.Write($"<path class=\"grid\" d=\"M0 {y}H1000\"/>");
        }
    }

    /// <summary>Ends it with what its horizontal axis says, from left to right.</summary>
    public static void End(HtmlWriter page, params ReadOnlySpan<string> axis)
    {
        page.Write("</svg><div class=\"axis\" aria-hidden=\"true\">");
        foreach (var label in axis)
        {
            page.Write($"<span>{label}</span>");
        }

        page.Write("</div></div>\n");
    }

    /// <summary>A bar of a chart with <paramref name="count"/> equal columns, from one height to another (0 to 100, downwards).</summary>
    public static void Bar(HtmlWriter page, string css, int column, int count, double from, double to, string tip)
    {
        var width = Width / count;
        // A thing that is there must be seen, however small it is beside the others.
        var (top, bottom) = (Math.Min(from, to), Math.Max(from, to));
        if (bottom - top < 1.5)
        {
            (top, bottom) = from > to ? (from - 1.5, from) : (from, from + 1.5);
        }

        page.Write($"<rect class=\"{css}\" x=\"{(column * width) + (width * 0.12)}\" y=\"{top}\" width=\"{width * 0.76}\" height=\"{bottom - top}\"><title>{tip}</title></rect>\n");
    }

    /// <summary>A round number that is not less, of which the half is round too: 1, 2, 4, 6, 8, 10 times a power of ten; at least 1.</summary>
    public static long RoundUp(long value)
    {
        var power = 1L;
        while (power <= value / 10)
        {
            power *= 10;
        }

        foreach (var step in (ReadOnlySpan<long>)[1, 2, 4, 6, 8])
        {
            if (step * power >= value)
            {
                return step * power;
            }
        }

        return 10 * power;
    }

    /// <summary>A whole number for a table.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

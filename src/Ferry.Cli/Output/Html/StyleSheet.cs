using System.Globalization;
using System.Text;

namespace Ferry.Cli.Output.Html;

/// <summary>The page's style: the fixed part, and the places of what is drawn. Numbers and our own names only, never a name from outside.</summary>
internal sealed class StyleSheet
{
    private readonly StringBuilder _wide = new();
    private readonly StringBuilder _narrow = new();

    /// <summary>Places an element within its parent, in percent, on wide and on narrow screens.</summary>
    public void Place(string id, Box wide, Box narrow)
    {
        Append(_wide, id, wide);
        Append(_narrow, id, narrow);
    }

    /// <summary>Makes an element as wide as a share of its parent.</summary>
    /// <param name="id">The element.</param>
    /// <param name="share">0 to 1.</param>
    public void Size(string id, double share) =>
        _wide.Append(CultureInfo.InvariantCulture, $"#{id}{{width:{Math.Clamp(share, 0, 1) * 100:0.###}%}}\n");

    /// <summary>All of it.</summary>
    public string Text => $"{PageResource.Read("page.css")}\n{_wide}@media (max-width: 640px) {{\n{_narrow}}}\n";

    private static void Append(StringBuilder rules, string id, Box box) => rules.Append(
        CultureInfo.InvariantCulture,
        $"#{id}{{left:{box.Left:0.###}%;top:{box.Top:0.###}%;width:{box.Width:0.###}%;height:{box.Height:0.###}%}}\n");
}

using System.Text;

namespace Ferry.Cli.Output;

/// <summary>
/// The last lines of a terminal, drawn over in place. The cursor rests below them, where a prompt belongs if the process is killed. Each
/// change is one text, so that no half of it is seen; terminals that know synchronized output show it at once, others ignore the mark.
/// </summary>
internal sealed class LiveRegion
{
    private const string Begin = "\u001b[?2026h\r";
    private const string End = "\u001b[?2026l";
    private const string ClearBelow = "\u001b[J";
    private const string ClearToLineEnd = "\u001b[K";

    private IReadOnlyList<ScreenLine> _drawn = [];

    /// <summary>Whether there is anything to take away.</summary>
    public bool IsEmpty => _drawn.Count == 0;

    /// <summary>Leaves what is drawn where it is: somebody else has written to the terminal.</summary>
    public void Forget() => _drawn = [];

    /// <summary>What to write so that these lines take the place of the last ones.</summary>
    /// <param name="lines">Each shorter than the terminal is wide.</param>
    /// <param name="columns">The terminal's width now.</param>
    public string Draw(IReadOnlyList<ScreenLine> lines, int columns)
    {
        var text = new StringBuilder(Begin);
        var rows = MoveToTop(text, columns);
        var isRewrapped = rows > _drawn.Count;
        text.Append(isRewrapped ? ClearBelow : "");
        Append(text, lines);
        text.Append(rows > lines.Count && !isRewrapped ? ClearBelow : "");
        return text.Append(End).ToString();
    }

    /// <summary>What to write so that a line that stays appears above the drawn ones.</summary>
    public string WriteAbove(string line, int columns)
    {
        var text = new StringBuilder(Begin);
        MoveToTop(text, columns);
        // Clearing first: behind a line that ends in the last column there is nowhere to clear from.
        text.Append(ClearBelow).Append(line).Append("\r\n");
        Append(text, _drawn);
        return text.Append(End).ToString();
    }

    /// <summary>Goes to the first drawn line; returns how many rows the lines take, more than one each if the terminal became narrower and wrapped them.</summary>
    private int MoveToTop(StringBuilder text, int columns)
    {
        var rows = 0;
        foreach (var line in _drawn)
        {
            rows += Math.Max(1, (line.Columns + columns - 1) / columns);
        }

        if (rows > 0)
        {
            text.Append($"\u001b[{rows}A");
        }

        return rows;
    }

    private void Append(StringBuilder text, IReadOnlyList<ScreenLine> lines)
    {
        foreach (var line in lines)
        {
            text.Append(line.Text).Append(ClearToLineEnd).Append("\r\n");
        }

        _drawn = lines;
    }
}

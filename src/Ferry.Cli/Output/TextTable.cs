using System.Text;

namespace Ferry.Cli.Output;

/// <summary>Columns of text, as wide as they need to be.</summary>
internal sealed class TextTable(params (string Title, bool AlignRight)[] columns)
{
    private const string Gap = "  ";

    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row with one cell per column.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    public void Write(TextWriter output)
    {
        var widths = new int[columns.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            widths[i] = Math.Max(columns[i].Title.Length, _rows.Count == 0 ? 0 : _rows.Max(row => row[i].Length));
        }

        WriteRow(output, widths, [.. columns.Select(static column => column.Title)]);
        foreach (var row in _rows)
        {
            WriteRow(output, widths, row);
        }
    }

    private void WriteRow(TextWriter output, int[] widths, string[] cells)
    {
        var line = new StringBuilder();
        for (var i = 0; i < cells.Length; i++)
        {
            line.Append(i == 0 ? "" : Gap).Append(columns[i].AlignRight ? cells[i].PadLeft(widths[i]) : cells[i].PadRight(widths[i]));
        }

        output.WriteLine(line.ToString().TrimEnd());
    }
}

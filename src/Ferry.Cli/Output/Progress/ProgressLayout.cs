using System.Text;
using Ferry.Core.Linux;
using Ferry.Core.Progress;

namespace Ferry.Cli.Output;

/// <summary>
/// Lays transfers out as lines of a terminal: a line each, columns below each other. What a narrow terminal has no room for is left out, the
/// least telling first. No line reaches the last column, where terminals differ in what comes next.
/// </summary>
internal static class ProgressLayout
{
    private const string Gap = "  ";
    private const int LeastName = 8;
    private const int LeastBar = 8;
    private const int MostBar = 40;

    private sealed record Column(Func<ProgressRow, string> Text, int Least = 0)
    {
        public int Width { get; set; }
    }

    /// <summary>The lines to show, from the top.</summary>
    /// <param name="rows">The transfers.</param>
    /// <param name="size">The terminal's; one row of it is left to the cursor.</param>
    /// <param name="style">What it can show.</param>
    public static List<ScreenLine> Lines(IReadOnlyList<ProgressRow> rows, TerminalSize size, ScreenStyle style)
    {
        if (rows.Count == 0)
        {
            return [];
        }

        var room = Math.Max(1, size.Rows - 1);
        var shown = rows.Count <= room ? rows : [.. rows.Take(Math.Max(1, room - 1))];
        var lines = new Table(shown, Math.Max(0, size.Columns - 1), style).Lines();
        if (shown.Count < rows.Count && room > 1)
        {
            lines.Add(Cut($"and {rows.Count - shown.Count} more", size.Columns - 1, style));
        }

        return lines;
    }

    private static ScreenLine Cut(string text, int columns, ScreenStyle style)
    {
        if (text.Length <= columns)
        {
            return new ScreenLine(text, text.Length);
        }

        var mark = style.IsUnicode ? "…" : "..";
        var cut = columns > mark.Length ? text[..(columns - mark.Length)] + mark : text[..Math.Max(0, columns)];
        return new ScreenLine(cut, cut.Length);
    }

    private sealed class Table
    {
        private readonly IReadOnlyList<ProgressRow> _rows;
        private readonly ScreenStyle _style;
        private readonly int _columns;
        private readonly int _name;
        private readonly int _bar;
        private readonly Column _activity = new(static row => row.Activity);
        private readonly Column _percent = new(static row => row.Percent, 4);
        private readonly Column _bytes = new(static row => row.TotalBytes > 0 ? ProgressText.Bytes(row.Bytes, row.TotalBytes) : "", 15);
        private readonly Column _files = new(static row => row.TotalFiles > 0 ? ProgressText.Files(row.Files, row.TotalFiles) : "");
        private readonly Column _rate = new(static row => row.Rate is { } rate ? ProgressText.Rate(rate) : "", 9);
        private readonly Column _left = new(static row => row.Left is { } left ? ProgressText.Clock(left) : "", 5);

        public Table(IReadOnlyList<ProgressRow> rows, int columns, ScreenStyle style)
        {
            (_rows, _columns, _style) = (rows, columns, style);
            _name = Math.Min(rows.Max(static row => row.Name.Length), Math.Min(columns, Math.Max(LeastName, columns / 3)));
            var counted = rows.Where(static row => row.Done is not null).ToList();
            var room = columns - _name;
            Column[] byWorth = counted.Exists(static row => row.Phase != TransferPhase.Copying)
                ? [_percent, _activity, _left, _rate, _bytes]
                : [_percent, _left, _rate, _bytes];
            foreach (var column in byWorth)
            {
                room -= Place(column, counted, room);
            }

            if (counted.Count > 0 && room >= Gap.Length + LeastBar)
            {
                room -= Gap.Length + LeastBar;
                // Their number takes room for all of them from the start: the columns do not move while it grows.
                room -= Place(_files, counted.ConvertAll(static row => row with { Files = row.TotalFiles }), room);
                _bar = Math.Min(MostBar, LeastBar + room);
            }
        }

        public List<ScreenLine> Lines() => [.. _rows.Select(Line)];

        /// <summary>Gives a column its width if there is room; returns what it takes.</summary>
        private static int Place(Column column, List<ProgressRow> rows, int room)
        {
            var width = rows.Count == 0 ? 0 : rows.Max(row => column.Text(row).Length);
            width = width == 0 ? 0 : Math.Max(width, column.Least);
            if (width == 0 || Gap.Length + width > room)
            {
                return 0;
            }

            column.Width = width;
            return Gap.Length + width;
        }

        private ScreenLine Line(ProgressRow row)
        {
            var name = Cut(row.Name, _name, _style).Text.PadRight(_name);
            if (row.Done is not { } done)
            {
                return Cut($"{name}{Gap}{row.Activity}{Gap}{ProgressText.Clock(row.Elapsed)}", _columns, _style);
            }

            var text = new StringBuilder(name);
            var columns = _name;
            Append(_activity, static (cell, width) => cell.PadRight(width));
            if (_bar > 0)
            {
                text.Append(Gap).Append(ProgressBar.Draw(done, _bar, _style));
                columns += Gap.Length + _bar;
            }

            foreach (var column in (ReadOnlySpan<Column>)[_percent, _bytes, _files, _rate, _left])
            {
                Append(column, static (cell, width) => cell.PadLeft(width));
            }

            return new ScreenLine(text.ToString(), columns);

            void Append(Column column, Func<string, int, string> align)
            {
                if (column.Width > 0)
                {
                    text.Append(Gap).Append(align(column.Text(row), column.Width));
                    columns += Gap.Length + column.Width;
                }
            }
        }
    }
}

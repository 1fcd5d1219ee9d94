using System.Text;

namespace Ferry.Cli.Tests.Output;

/// <summary>A terminal that knows the few sequences that progress may use, and fails at any other.</summary>
internal sealed class FakeScreen(int columns) : TextWriter
{
    private readonly List<StringBuilder> _rows = [new()];
    private int _row;
    private int _column;

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>How often something was written.</summary>
    public int Writes { get; private set; }

    /// <summary>The rows without blanks at their ends and empty ones at the end; above the first nothing is kept.</summary>
    public string[] Rows => string.Join('\n', _rows.Select(row => row.ToString().TrimEnd())).TrimEnd('\n').Split('\n');

    public override void Write(char value) => Write(value.ToString());

    public override void WriteLine(string? value) => Write(value + "\n");

    public override void Write(string? value)
    {
        Writes++;
        for (var at = 0; at < value!.Length; at++)
        {
            if (value[at] == '\u001b')
            {
                var end = at + 2;
                while (!char.IsAsciiLetter(value[end]))
                    end++;
                Escape(value[(at + 2)..end], value[end]);
                at = end;
            }
            else
            {
                Put(value[at]);
            }
        }
    }

    private void Put(char c)
    {
        if (c == '\r')
        {
            _column = 0;
        }
        else if (c == '\n')
        {
            (_row, _column) = (_row + 1, 0);
        }
        else
        {
            if (_column == columns)
                (_row, _column) = (_row + 1, 0);
            Row().Length = Math.Max(Row().Length, _column + 1);
            Row()[_column++] = c;
        }

        _ = Row();
    }

    private void Escape(string arguments, char command)
    {
        switch (command)
        {
            case 'A':
                _row -= int.Parse(arguments);
                Assert.True(_row >= 0, "above the first row");
                break;
            case 'K':
                Assert.NotEqual(columns, _column);
                Row().Length = Math.Min(Row().Length, _column);
                break;
            case 'J':
                Assert.Equal(0, _column);
                _rows.RemoveRange(_row, _rows.Count - _row);
                _ = Row();
                break;
            case 'm':
                break;
            default:
                Assert.True(arguments == "?2026" && command is 'h' or 'l', $"{arguments}{command}");
                break;
        }
    }

    private StringBuilder Row()
    {
        while (_rows.Count <= _row)
            _rows.Add(new StringBuilder());
        return _rows[_row];
    }
}

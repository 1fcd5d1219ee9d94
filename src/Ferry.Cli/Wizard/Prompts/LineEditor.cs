using System.Text;
using Spectre.Console;

namespace Ferry.Cli.Wizard.Prompts;

/// <summary>Lets a line be typed on any terminal, without escape sequences. A line that is longer than the terminal is wide shows its end.</summary>
internal sealed class LineEditor(IAnsiConsoleInput input, TextWriter output, int width)
{
    private const string Mark = "> ";

    private readonly StringBuilder _text = new();
    private int _drawn;

    /// <summary>Reads up to Enter.</summary>
    /// <param name="proposal">What an empty line means; Tab puts it there to be changed.</param>
    /// <param name="isEnded">Whether that Enter was not the user's: then an empty line stays empty.</param>
    public string Read(string proposal, Func<bool> isEnded)
    {
        Draw();
        while (true)
        {
            if (input.ReadKey(intercept: true) is not { } key)
                continue;
            if (key.Key == ConsoleKey.Enter)
                break;
            if (key.Key == ConsoleKey.Backspace)
                RemoveLast();
            else if (key.Key == ConsoleKey.Tab && _text.Length == 0)
                _text.Append(proposal);
            else if (key is { Key: ConsoleKey.U or ConsoleKey.W, Modifiers: ConsoleModifiers.Control })
                _text.Clear();
            else if (!char.IsControl(key.KeyChar))
                _text.Append(key.KeyChar);
            // A paste is drawn once.
            if (!input.IsKeyAvailable())
                Draw();
        }
        if (_text.Length == 0 && !isEnded())
            _text.Append(proposal);
        Draw();
        output.WriteLine();
        return _text.ToString().Trim();
    }

    private void RemoveLast()
    {
        if (_text.Length == 0)
            return;
        var pair = _text.Length > 1 && char.IsLowSurrogate(_text[^1]) && char.IsHighSurrogate(_text[^2]);
        _text.Length -= pair ? 2 : 1;
    }

    private void Draw()
    {
        var room = Math.Max(4, width - Mark.Length - 2);
        var visible = _text.Length <= room ? _text.ToString() : "<" + _text.ToString(_text.Length - room + 1, room - 1);
        var rest = Math.Max(0, _drawn - visible.Length);
        output.Write($"\r{Mark}{visible}{new string(' ', rest)}{new string('\b', rest)}");
        _drawn = visible.Length;
        output.Flush();
    }
}

using System.Globalization;
using Ferry.Cli.Config.Nodes;
using Spectre.Console;

namespace Ferry.Cli.Wizard.Prompts;

/// <summary>
/// Asks questions. Every one can be answered by Esc (<see cref="BackException"/>) and ended by a signal
/// (<see cref="OperationCanceledException"/>). On a terminal without escape sequences lists are numbered.
/// </summary>
internal sealed class Prompter
{
    private const int LongestList = 12;

    private readonly PromptInput _input;
    private readonly PromptConsole _console;

    public Prompter(IAnsiConsole console, CancellationToken cancellation)
    {
        _input = new PromptInput(console.Input, cancellation);
        _console = new PromptConsole(console, _input);
    }

    /// <summary>How many questions were asked.</summary>
    public int Asked { get; private set; }

    /// <summary>The terminal's columns.</summary>
    public int Width => _console.Profile.Width;

    private bool HasLists => _console.Profile.Capabilities.Ansi;

    private TextWriter Writer => _console.Profile.Out.Writer;

    /// <summary>Whether the user pressed a key, which is taken away.</summary>
    public bool TakeKey()
    {
        if (!_input.IsKeyAvailable())
            return false;
        _ = _input.ReadKey(intercept: true);
        _input.ThrowIfEnded();
        return true;
    }

    /// <summary>Says something; lines end at the terminal's edge or between words.</summary>
    public void Say(string text) => _console.WriteLine(text);

    /// <summary>Says something that matters less.</summary>
    public void Remark(string text) => _console.WriteLine(text, new Style(decoration: Decoration.Dim));

    /// <summary>Says what comes next.</summary>
    public void Title(string text)
    {
        _console.WriteLine();
        _console.WriteLine(text, new Style(decoration: Decoration.Bold));
    }

    /// <summary>Shows a text as it is, one line per line.</summary>
    public void Show(IEnumerable<(char Mark, string Line)> lines)
    {
        foreach (var (mark, line) in lines)
        {
            var color = mark switch { '+' => Color.Green, '-' => Color.Red, _ => Color.Default };
            _console.WriteLine($"{mark} {Printable.Shorten(line, int.MaxValue)}", new Style(color));
        }
    }

    /// <summary>Asks for a line.</summary>
    /// <param name="question">What for.</param>
    /// <param name="proposal">What Enter alone means; empty: nothing.</param>
    /// <param name="check">Says in half a sentence why an answer cannot be; null: it can.</param>
    /// <exception cref="QuitException">The answer was "quit".</exception>
    public string Line(string question, string proposal, Func<string, string?>? check = null)
    {
        Asked++;
        while (true)
        {
            _console.WriteLine(proposal.Length == 0 ? question : $"{question} (Enter: {Printable.Shorten(proposal, int.MaxValue)})");
            var answer = new LineEditor(_input, Writer, Width).Read(proposal, () => _input.IsEnded);
            _input.ThrowIfEnded();
            if (answer is "back")
                throw new BackException();
            if (answer is "quit")
                throw new QuitException();
            if (check?.Invoke(answer) is not { } problem)
                return answer;
            _console.WriteLine(problem, new Style(Color.Yellow));
        }
    }

    /// <summary>Asks for a yes or no.</summary>
    public bool Confirm(string question, bool proposal)
    {
        var answer = Line(question, proposal ? "yes" : "no", static text =>
            text.ToLowerInvariant() is "y" or "yes" or "n" or "no" ? null : "Please answer yes or no.");
        return answer[0] is 'y' or 'Y';
    }

    /// <summary>Asks for one of a few; the first is the proposal.</summary>
    public int Choose(string question, IReadOnlyList<string> choices)
    {
        if (!HasLists)
        {
            for (var i = 0; i < choices.Count; i++)
                Say(Numbered(i, choices[i]));
            return Number(Line(question, "1", text => Number(text, choices.Count) is null ? NumberWanted(choices.Count) : null), choices.Count)!.Value;
        }
        Asked++;
        var prompt = new SelectionPrompt<int>().Title(Markup.Escape(question)).PageSize(LongestList)
            .UseConverter(i => Label(choices[i])).AddChoices(Enumerable.Range(0, choices.Count));
        var chosen = prompt.Show(_console);
        _input.ThrowIfEnded();
        return chosen;
    }

    /// <summary>Asks for any of many.</summary>
    /// <param name="question">What for.</param>
    /// <param name="choices">What there is, with whether it is proposed.</param>
    /// <returns>Which are chosen, in their order.</returns>
    public IReadOnlyList<int> ChooseSeveral(string question, IReadOnlyList<(string Label, bool IsChosen)> choices)
    {
        if (!HasLists)
            return ChooseByNumbers(question, choices);
        Asked++;
        var rows = Math.Clamp(_console.Profile.Height - 6, 3, LongestList);
        var prompt = new MultiSelectionPrompt<int>().Title(Markup.Escape(question)).PageSize(rows).NotRequired()
            .InstructionsText("[dim]Space: on or off   Enter: go on   Esc: back[/]").MoreChoicesText("[dim](more below)[/]")
            .UseConverter(i => Label(choices[i].Label)).AddChoices(Enumerable.Range(0, choices.Count));
        for (var i = 0; i < choices.Count; i++)
        {
            if (choices[i].IsChosen)
                prompt.Select(i);
        }
        var chosen = prompt.Show(_console);
        _input.ThrowIfEnded();
        chosen.Sort();
        return chosen;
    }

    private List<int> ChooseByNumbers(string question, IReadOnlyList<(string Label, bool IsChosen)> choices)
    {
        var chosen = new SortedSet<int>(Enumerable.Range(0, choices.Count).Where(i => choices[i].IsChosen));
        while (true)
        {
            for (var i = 0; i < choices.Count; i++)
                Say(Numbered(i, $"[{(chosen.Contains(i) ? 'x' : ' ')}] {choices[i].Label}"));
            var answer = Line($"{question} A number switches one on or off, Enter alone goes on.", "", text =>
                text.Length > 0 && Number(text, choices.Count) is null ? NumberWanted(choices.Count) : null);
            if (answer.Length == 0)
                return [.. chosen];
            var number = Number(answer, choices.Count)!.Value;
            if (!chosen.Remove(number))
                chosen.Add(number);
        }
    }

    private static string Numbered(int index, string label) => string.Create(CultureInfo.InvariantCulture, $"{index + 1,3}) {label}");

    private static string NumberWanted(int count) => $"Please answer with a number from 1 to {count}.";

    private static int? Number(string text, int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= count ? number - 1 : null;

    // One row each: a list that wraps cannot be read.
    private string Label(string label)
    {
        var room = Math.Max(10, Width - 8);
        return Markup.Escape(label.Length <= room ? label : label[..(room - 2)] + "..");
    }
}

using System.Text;
using Ferry.Cli.Wizard.Prompts;
using Spectre.Console;

namespace Ferry.Cli.Tests.Wizard;

/// <summary>A terminal whose keys are given beforehand.</summary>
internal sealed class TestTerminal : IAnsiConsoleInput, IAnsiConsoleOutput, IDisposable
{
    private readonly Queue<ConsoleKeyInfo> _keys = [];
    private readonly StringWriter _screen = new();

    /// <summary>All that was ever written to it.</summary>
    public string Screen => _screen.ToString();

    public TextWriter Writer => _screen;

    public bool IsTerminal => true;

    public int Width { get; set; } = 100;

    public int Height => 40;

    /// <param name="canMove">Whether it knows escape sequences.</param>
    public IAnsiConsole Console(bool canMove) => new PromptConsole(
        AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = canMove ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
            Out = this,
        }),
        this);

    public void Dispose() => _screen.Dispose();

    public void Type(string text)
    {
        foreach (var c in text)
            _keys.Enqueue(new ConsoleKeyInfo(c, default, shift: false, alt: false, control: false));
    }

    public void Press(ConsoleKey key) => _keys.Enqueue(new ConsoleKeyInfo(key == ConsoleKey.Spacebar ? ' ' : '\0', key, shift: false, alt: false, control: false));

    // A key that a test gives is for a question, and not for what goes on between questions.
    public bool IsKeyAvailable() => false;

    public ConsoleKeyInfo? ReadKey(bool intercept) =>
        _keys.TryDequeue(out var key) ? key : throw new InvalidOperationException($"There is no key for this question:\n{Screen}");

    public Task<ConsoleKeyInfo?> ReadKeyAsync(bool intercept, CancellationToken cancellationToken) => Task.FromResult(ReadKey(intercept));

    public void SetEncoding(Encoding encoding)
    {
        // Text stays text.
    }
}

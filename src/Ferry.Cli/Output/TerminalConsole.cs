using System.Text;
using Spectre.Console;

namespace Ferry.Cli.Output;

/// <summary>The terminal as prompts use it: text to standard error, keys from standard input.</summary>
internal static class TerminalConsole
{
    /// <summary>Makes the console. What it can do is taken from TERM and NO_COLOR.</summary>
    public static IAnsiConsole Create(CommandContext context)
    {
        var style = ScreenStyle.Of(context.Environment);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = style.CanMove ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = style.HasColour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
            Out = new Messages(context),
        });
        return new Wizard.Prompts.PromptConsole(console, new Keys());
    }

    private sealed class Messages(CommandContext context) : IAnsiConsoleOutput
    {
        public TextWriter Writer => context.Error;

        public bool IsTerminal => true;

        public int Width => Math.Max(20, context.ErrorTerminalSize()?.Columns ?? 80);

        public int Height => Math.Max(8, context.ErrorTerminalSize()?.Rows ?? 24);

        public void SetEncoding(Encoding encoding)
        {
            // Messages are UTF-8.
        }
    }

    private sealed class Keys : IAnsiConsoleInput
    {
        private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(10);

        public bool IsKeyAvailable() => Terminal.IsKeyAvailable;

        public ConsoleKeyInfo? ReadKey(bool intercept) => Terminal.ReadKey();

        public Task<ConsoleKeyInfo?> ReadKeyAsync(bool intercept, CancellationToken cancellationToken)
        {
            while (!Terminal.IsKeyAvailable)
            {
                if (cancellationToken.WaitHandle.WaitOne(s_look))
                    throw new OperationCanceledException(cancellationToken);
            }
            return Task.FromResult<ConsoleKeyInfo?>(Terminal.ReadKey());
        }
    }
}

using System.Text;
using Ferry.Cli.Config.Values;
using Ferry.Core.Linux;

namespace Ferry.Cli.Output;

/// <summary>The process's standard streams: the only place that knows the console.</summary>
internal static class Terminal
{
    private const int StandardError = 2;

    // Characters: a screen of progress is to be one write.
    private const int MessageBuffer = 8192;

#pragma warning disable RS0030 // this is the one home of Console
    /// <summary>The context of the real process.</summary>
    public static CommandContext CreateContext()
    {
        var output = StandardStream.OfResults();
        var messages = StandardStream.OfMessages();
        var environment = new HostEnvironment();
        return new CommandContext
        {
            Environment = environment,
            OutBytes = output,
            Out = new StreamWriter(output, new UTF8Encoding(false), 4096) { AutoFlush = false },
            Error = TextWriter.Synchronized(new StreamWriter(messages, new UTF8Encoding(false), MessageBuffer) { AutoFlush = true }),
            IsOutTerminal = !Console.IsOutputRedirected,
            IsErrorTerminal = !Console.IsErrorRedirected,
            In = new StandardInput(Console.OpenStandardInput),
            InBytes = Console.OpenStandardInput,
            IsInteractive = !Console.IsErrorRedirected && !Console.IsInputRedirected,
            ErrorTerminalSize = () => SizeOfErrorTerminal(environment),
        };
    }

    /// <summary>Whether a key was pressed and not yet read.</summary>
    public static bool IsKeyAvailable => Console.KeyAvailable;

    /// <summary>Waits for a key, which is not shown.</summary>
    public static ConsoleKeyInfo ReadKey() => Console.ReadKey(intercept: true);
#pragma warning restore RS0030

    /// <summary>What the terminal says; what the shell says where it does not, as on some serial lines.</summary>
    private static TerminalSize? SizeOfErrorTerminal(IHostEnvironment environment)
    {
        return TerminalSize.Of(StandardError) ?? (Number("COLUMNS") is { } columns ? new TerminalSize(columns, Number("LINES") ?? 24) : null);

        int? Number(string name) => WholeNumber.TryParse(environment.GetIfText(name), out var number) && number is > 0 and <= 10_000 ? (int)number : null;
    }
}

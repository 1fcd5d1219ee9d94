using System.Text;

namespace Ferry.Cli.Output;

/// <summary>The process's standard streams: the only place that knows the console.</summary>
internal static class Terminal
{
#pragma warning disable RS0030 // this is the one home of Console
    /// <summary>The context of the real process.</summary>
    public static CommandContext CreateContext()
    {
        var output = StandardStream.OfResults(Console.OpenStandardOutput);
        var messages = StandardStream.OfMessages(Console.OpenStandardError);
        return new CommandContext
        {
            Environment = new HostEnvironment(),
            OutBytes = output,
            Out = new StreamWriter(output, new UTF8Encoding(false), 4096) { AutoFlush = false },
            Error = TextWriter.Synchronized(new StreamWriter(messages, new UTF8Encoding(false), 256) { AutoFlush = true }),
            IsErrorTerminal = !Console.IsErrorRedirected,
            In = new StandardInput(Console.OpenStandardInput),
            IsInteractive = !Console.IsErrorRedirected && !Console.IsInputRedirected,
        };
    }
#pragma warning restore RS0030
}

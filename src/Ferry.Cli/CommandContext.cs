using Ferry.Core.Linux;
using Ferry.Core.Processes;

namespace Ferry.Cli;

/// <summary>What a command may touch of the world outside its arguments.</summary>
internal sealed class CommandContext
{
    /// <summary>The process's environment.</summary>
    public required IHostEnvironment Environment { get; init; }

    /// <summary>The file system, as far as the configuration asks about it.</summary>
    public IHostFiles Files { get; init; } = new HostFiles();

    /// <summary>Standard output as text: results only.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Standard error: messages, warnings, progress.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Standard output as bytes, for results that need not be text. Not mixed with <see cref="Out"/> without a flush.</summary>
    public required Stream OutBytes { get; init; }

    /// <summary>Standard input: answers to questions.</summary>
    public TextReader In { get; init; } = TextReader.Null;

    /// <summary>Standard input as bytes, for commands that read data from a pipe.</summary>
    public Func<Stream> InBytes { get; init; } = static () => Stream.Null;

    /// <summary>Whether a person can be asked: input and messages are a terminal.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether results go to a terminal, where they may have colours.</summary>
    public bool IsOutTerminal { get; init; }

    /// <summary>Whether messages go to a terminal, where progress can be shown in place.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>The size of that terminal at this moment; null when it is not known.</summary>
    public Func<TerminalSize?> ErrorTerminalSize { get; init; } = static () => null;

    /// <summary>Runs external tools.</summary>
    public IProcessRunner Processes { get; init; } = new ProcessRunner();

    /// <summary>Cancelled when the user or the batch system wants the command to end.</summary>
    public CancellationTokenSource Cancellation { get; } = new();
}

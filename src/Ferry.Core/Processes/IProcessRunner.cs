namespace Ferry.Core.Processes;

/// <summary>A tool that is needed is not installed.</summary>
public sealed class ToolNotFoundException(string tool) : IOException($"{tool} is not installed, or not on PATH");

/// <summary>How an external tool ended.</summary>
/// <param name="ExitCode">Its exit code; 128 + n when signal n ended it.</param>
/// <param name="Error">The end of what it wrote to standard error.</param>
/// <param name="Output">The start of what it wrote to standard output, where that was asked for.</param>
public readonly record struct ProcessResult(int ExitCode, string Error, string Output = "");

/// <summary>Runs external tools: always with an argument list, never through a shell.</summary>
public interface IProcessRunner
{
    /// <summary>Runs a tool to its end; its standard output is discarded.</summary>
    /// <param name="tool">Name to be found on PATH.</param>
    /// <param name="arguments">Each is one argument, whatever it holds.</param>
    /// <param name="cancellation">Ends the tool.</param>
    /// <exception cref="ToolNotFoundException">There is no such tool.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    ProcessResult Run(string tool, IReadOnlyList<string> arguments, CancellationToken cancellation);

    /// <summary>Runs a program that talks to the person at the terminal, an editor for instance; its streams are those of this process.</summary>
    /// <param name="tool">Name to be found on PATH, or a path.</param>
    /// <param name="arguments">Each is one argument, whatever it holds.</param>
    /// <returns>Its exit code; 128 + n when signal n ended it.</returns>
    /// <exception cref="ToolNotFoundException">There is no such program.</exception>
    int RunOnTerminal(string tool, IReadOnlyList<string> arguments);

    /// <summary>As <see cref="Run"/>, for a tool that is asked something: the first 64 KiB of its standard output are kept.</summary>
    ProcessResult Ask(string tool, IReadOnlyList<string> arguments, CancellationToken cancellation);

    /// <summary>
    /// Runs a tool whose input and output are streams of any length. Cancelled, it is asked to end (SIGTERM) so that it can leave in order
    /// what it has done, and after a few seconds it is killed.
    /// </summary>
    /// <param name="tool">Name to be found on PATH, or a path.</param>
    /// <param name="arguments">Each is one argument, whatever it holds.</param>
    /// <param name="streams">What it reads and prints. What its functions throw ends the tool and is thrown here.</param>
    /// <param name="cancellation">Ends the tool.</param>
    /// <returns>How it ended; <see cref="ProcessResult.Output"/> is empty.</returns>
    /// <exception cref="ToolNotFoundException">There is no such tool.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    ProcessResult Exchange(string tool, IReadOnlyList<string> arguments, ToolStreams streams, CancellationToken cancellation);
}

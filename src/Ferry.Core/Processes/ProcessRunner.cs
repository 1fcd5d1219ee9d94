using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Ferry.Core.Linux;

namespace Ferry.Core.Processes;

/// <summary>The real runner.</summary>
public sealed class ProcessRunner : IProcessRunner
{
    private const int KeptErrorChars = 4096;
    private const int KeptOutputChars = 64 * 1024;

    /// <inheritdoc/>
    public ProcessResult Run(string tool, IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        Run(tool, arguments, null, cancellation);

    /// <inheritdoc/>
    public ProcessResult Ask(string tool, IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        Run(tool, arguments, new StringBuilder(), cancellation);

    private static ProcessResult Run(string tool, IReadOnlyList<string> arguments, StringBuilder? output, CancellationToken cancellation)
    {
        using var process = Start(Redirected(tool, arguments), tool);
        using var registration = cancellation.Register(process.Kill);
        var error = new StringBuilder();
        process.OutputDataReceived += (_, line) => KeepStart(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        return new ProcessResult(process.ExitCode, error.ToString().Trim(), output?.ToString() ?? "");
    }

    /// <inheritdoc/>
    public int RunOnTerminal(string tool, IReadOnlyList<string> arguments)
    {
        using var process = Start(new ProcessStartInfo(tool, arguments) { UseShellExecute = false }, tool);
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <inheritdoc/>
    public ProcessResult Exchange(string tool, IReadOnlyList<string> arguments, ToolStreams streams, CancellationToken cancellation)
    {
        var info = Redirected(tool, arguments);
        foreach (var (name, value) in streams.Environment)
        {
            info.Environment[name] = value;
        }

        using var process = Start(info, tool);
        using var ending = new ProcessEnding(process);
        using var registration = cancellation.Register(ending.Begin);
        var error = new StringBuilder();
        process.ErrorDataReceived += (_, line) =>
        {
            Keep(error, line.Data);
            if (line.Data is not null)
            {
                streams.ErrorLine?.Invoke(line.Data);
            }
        };
        process.BeginErrorReadLine();
        var input = StreamTask.Start(process.StandardInput.BaseStream, streams.Input, ending);
        var output = StreamTask.Run(process.StandardOutput.BaseStream, streams.Output, ending);
        process.WaitForExit();
        var failure = output ?? input.Join();
        cancellation.ThrowIfCancellationRequested();
        failure?.Throw();
        return new ProcessResult(process.ExitCode, error.ToString().Trim());
    }

    private static ProcessStartInfo Redirected(string tool, IReadOnlyList<string> arguments) => new(tool, arguments)
    {
        RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
    };

    private static Process Start(ProcessStartInfo info, string tool)
    {
        info.FileName = tool.Contains('/', StringComparison.Ordinal) ? tool : FindOnPath(tool, info.Environment["PATH"]) ?? throw new ToolNotFoundException(tool);
        try
        {
#pragma warning disable RS0030 // this is the one home of Process.Start
            return Process.Start(info)!;
#pragma warning restore RS0030
        }
        catch (Win32Exception)
        {
            throw new ToolNotFoundException(tool);
        }
    }

    /// <summary>
    /// .NET would first look into the working directory, and run what somebody has put there. For the same reason entries of PATH that are relative, or
    /// empty, do not count.
    /// </summary>
    private static string? FindOnPath(string tool, string? path) => (path ?? "").Split(':')
        .Where(static directory => directory.StartsWith('/'))
        .Select(directory => Path.Join(directory, tool))
        .FirstOrDefault(static file => PathFacts.Of(file) is { IsProgram: true });

    private static void KeepStart(StringBuilder? output, string? line)
    {
        if (line is not null && output is not null && output.Length + line.Length < KeptOutputChars)
        {
            output.Append(line).Append('\n');
        }
    }

    private static void Keep(StringBuilder error, string? line)
    {
        if (line is null)
        {
            return;
        }

        error.AppendLine(line);
        if (error.Length > KeptErrorChars)
        {
            error.Remove(0, error.Length - KeptErrorChars);
        }
    }
}

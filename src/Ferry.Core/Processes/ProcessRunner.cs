using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Ferry.Core.Processes;

/// <summary>The real runner.</summary>
public sealed class ProcessRunner : IProcessRunner
{
    private const int KeptErrorChars = 4096;

    /// <inheritdoc/>
    public ProcessResult Run(string tool, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var info = new ProcessStartInfo(tool)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        foreach (var argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }

        using var process = Start(info, tool);
        using var registration = cancellation.Register(process.Kill);
        var error = new StringBuilder();
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += (_, line) => Keep(error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        return new ProcessResult(process.ExitCode, error.ToString().Trim());
    }

    /// <inheritdoc/>
    public int RunOnTerminal(string tool, IReadOnlyList<string> arguments)
    {
        using var process = Start(new ProcessStartInfo(tool, arguments) { UseShellExecute = false }, tool);
        process.WaitForExit();
        return process.ExitCode;
    }

    private static Process Start(ProcessStartInfo info, string tool)
    {
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

using System.Diagnostics;
using System.Text;

namespace Ferry.Testing;

/// <summary>What a finished process left behind.</summary>
/// <param name="ExitCode">Its exit code; 128 + N if signal N ended it.</param>
/// <param name="Stdout">Its standard output, byte for byte.</param>
/// <param name="Stderr">Its standard error as UTF-8.</param>
public sealed record ToolResult(int ExitCode, byte[] Stdout, string Stderr)
{
    /// <summary>Standard output as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Stdout);

    /// <summary>Standard output as lines, without an empty last one.</summary>
    public string[] Lines => Text.Length == 0 ? [] : Text.TrimEnd('\n').Split('\n');

    /// <summary>This result if the exit code is 0.</summary>
    /// <exception cref="InvalidOperationException">It is not; the message holds both outputs.</exception>
    public ToolResult OrThrow() => ExitCode == 0 ? this : throw new InvalidOperationException(ToString());

    public override string ToString() => $"exit code {ExitCode}\n--- stdout\n{Text}\n--- stderr\n{Stderr}";
}

/// <summary>How a process is started.</summary>
public sealed class ToolOptions
{
    /// <summary>Variables to set on top; null removes one.</summary>
    public IReadOnlyDictionary<string, string?>? Env { get; init; }

    /// <summary>Starts from nothing but PATH and LANG=C.UTF-8 instead of from the test's own environment.</summary>
    public bool CleanEnv { get; init; }

    /// <summary>The working directory; the test's own by default.</summary>
    public string? Cwd { get; init; }

    /// <summary>What it reads; nothing by default.</summary>
    public byte[] Stdin { get; init; } = [];

    /// <summary>After which it and its children are killed; two minutes by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>Runs programs for tests.</summary>
public static class Tool
{
    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="TimeoutException">It took longer than <see cref="ToolOptions.Timeout"/> and was killed.</exception>
    public static ToolResult Run(string program, IEnumerable<string> args, ToolOptions? options = null)
    {
        using var running = RunningTool.Start(program, args, options ?? new ToolOptions());
        return running.Wait();
    }

    /// <summary>Runs a script in bash. <c>$0</c> is "bash", <c>$1</c> and so on are <paramref name="args"/>.</summary>
    public static ToolResult Bash(string script, params string[] args) =>
        Run("bash", ["-euo", "pipefail", "-c", script, "bash", .. args]);

    internal static ProcessStartInfo StartInfo(string program, IEnumerable<string> args, ToolOptions options)
    {
        var info = new ProcessStartInfo(program, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = options.Cwd ?? "",
        };
        if (options.CleanEnv)
        {
            info.Environment.Clear();
            info.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
            info.Environment["LANG"] = "C.UTF-8";
            // ./test finds processes that outlived their test by this one.
            if (Environment.GetEnvironmentVariable("FERRY_TEST_RUN") is { } run) info.Environment["FERRY_TEST_RUN"] = run;
        }
        foreach (var (name, value) in options.Env ?? new Dictionary<string, string?>())
        {
            if (value is null) info.Environment.Remove(name);
            else info.Environment[name] = value;
        }
        return info;
    }
}

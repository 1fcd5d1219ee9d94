namespace Ferry.Cli.Config;

/// <summary>The configuration or the command line cannot be used. The message is one line: where, what, and what to do.</summary>
internal sealed class ConfigException(string message, int exitCode = 2) : Exception(message)
{
    /// <summary>The exit code of the process.</summary>
    public int ExitCode { get; } = exitCode;
}

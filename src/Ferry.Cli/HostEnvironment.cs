using System.Text;
using Ferry.Cli.Config;
using Ferry.Core.Linux;
using Ferry.Core.Processes;

namespace Ferry.Cli;

/// <summary>The real environment of the process: the only place that reads it.</summary>
internal sealed class HostEnvironment : IHostEnvironment
{
#pragma warning disable RS0030 // This class is the one home of these calls.
    /// <inheritdoc/>
    public string? Get(string name)
    {
        var value = Environment.GetEnvironmentVariable(name);
        // The runtime decodes as UTF-8 and puts U+FFFD for what is not; the original bytes are lost, so no path is made of it.
        if (value is not null && value.Contains((char)Rune.ReplacementChar.Value, StringComparison.Ordinal))
            throw new ConfigException($"the environment variable {name} is not valid UTF-8; set it to a path in UTF-8");
        return value;
    }

    /// <inheritdoc/>
    public string Home
    {
        get
        {
            if (field is not null)
                return field;
            // $HOME first, as in every shell; the password database (what GetFolderPath asks) when a batch system left it out.
            var home = Get("HOME");
            if (home is null || !home.StartsWith('/'))
                home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
            if (!home.StartsWith('/'))
                throw new ConfigException("the home directory is unknown; set HOME to an absolute path");
            return field = home.Length == 1 ? home : home.TrimEnd('/');
        }
    }
#pragma warning restore RS0030

    /// <inheritdoc/>
    public string? WorkingDirectory
    {
        get
        {
            try
            {
                return Directory.GetCurrentDirectory();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public string UserName => Environment.UserName;

    /// <inheritdoc/>
    public string HostName => Environment.MachineName;

    /// <inheritdoc/>
    public string? ProcessPath => Environment.ProcessPath;

    /// <inheritdoc/>
    public string? ParentProgram => PathFacts.ParentProgram;

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> RawArguments => ProcessStart.Arguments;

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> RawVariables => ProcessStart.Environment;
}

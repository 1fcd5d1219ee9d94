namespace Ferry.Cli;

/// <summary>What Ferry asks of the process it runs in. Asked for lazily; the answers do not change while Ferry runs.</summary>
internal interface IHostEnvironment
{
    /// <summary>A variable's value; null when it is not set.</summary>
    /// <exception cref="Config.ConfigException">The value is not valid UTF-8.</exception>
    string? Get(string name);

    /// <summary>The same where a value that is no text is as good as none.</summary>
    string? GetIfText(string name)
    {
        try
        {
            return Get(name);
        }
        catch (Config.ConfigException)
        {
            return null;
        }
    }

    /// <summary>Absolute path of the user's home directory.</summary>
    /// <exception cref="Config.ConfigException">The user has none.</exception>
    string Home { get; }

    /// <summary>Absolute path of the working directory; null when it has been deleted or may not be read.</summary>
    string? WorkingDirectory { get; }

    /// <summary>The login name of the user that the process acts for; empty when it has none.</summary>
    string UserName { get; }

    /// <summary>The machine's name.</summary>
    string HostName { get; }

    /// <summary>Absolute path of the ferry binary; null when unknown.</summary>
    string? ProcessPath { get; }

    /// <summary>Absolute path of the program that started ferry; null when unknown.</summary>
    string? ParentProgram { get; }

    /// <summary>The whole command line as bytes, ferry itself first.</summary>
    IReadOnlyList<byte[]> RawArguments { get; }

    /// <summary>All variables as they were given, <c>NAME=value</c> as bytes.</summary>
    IReadOnlyList<byte[]> RawVariables { get; }
}

namespace Ferry.Cli.Shell;

/// <summary>How a shell calls this ferry again.</summary>
internal static class ProgramToCall
{
    /// <summary>Null where the name alone finds ferry on PATH, so that what is written outlives an update; else its path.</summary>
    public static string? PathOf(IHostEnvironment environment)
    {
        foreach (var directory in (environment.Get("PATH") ?? "").Split(':'))
        {
            if (directory.StartsWith('/') && File.Exists(Path.Join(directory, "ferry")))
                return null;
        }
        return environment.ProcessPath;
    }
}

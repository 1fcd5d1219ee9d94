namespace Ferry.Workloads.Caches;

/// <summary>Rules for the names of the environment variables that Ferry exports.</summary>
public static class VariableName
{
    /// <summary>
    /// Whether the name is <c>[A-Za-z_][A-Za-z0-9_]*</c>, ASCII only: what every shell accepts, and what needs no quoting.
    /// </summary>
    public static bool IsValid(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || char.IsAsciiDigit(name[0]))
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
                return false;
        }
        return true;
    }

    /// <summary>
    /// Whether the variable belongs to the shell or the dynamic linker. To export a cache directory under such a name would
    /// break the user's shell, or let a project's configuration file choose the programs that it runs.
    /// </summary>
    public static bool IsReserved(string name) =>
        name.StartsWith("LD_", StringComparison.Ordinal) ||
        name.StartsWith("BASH", StringComparison.Ordinal) ||
        name is "PATH" or "HOME" or "PWD" or "OLDPWD" or "SHELL" or "USER" or "LOGNAME" or "TERM" or "IFS" or "ENV" or "_"
            or "UID" or "EUID" or "GID" or "EGID" or "PPID" or "SHLVL" or "SHELLOPTS" or "OPTIND" or "CDPATH" or "FPATH"
            or "PS1" or "PS2" or "PS3" or "PS4" or "PROMPT" or "PROMPT_COMMAND" or "ZDOTDIR" or "GLIBC_TUNABLES"
            // zsh and fish keep these names for themselves; an assignment fails or means something else.
            or "path" or "fpath" or "cdpath" or "manpath" or "status" or "pipestatus" or "history" or "version" or "argv" or "hostname";
}

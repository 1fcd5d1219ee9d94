using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;

namespace Ferry.Cli.Shell;

/// <summary>The shells that Ferry writes for.</summary>
internal enum ShellKind
{
    Bash,
    Zsh,
    Fish,
    Tcsh,
}

/// <summary>Names of shells.</summary>
internal static class ShellKinds
{
    /// <summary>The names, by the values of <see cref="ShellKind"/>.</summary>
    public static readonly string[] Names = ["bash", "zsh", "fish", "tcsh"];

    /// <summary>Reads a name from the command line.</summary>
    /// <exception cref="ConfigException">There is no such shell.</exception>
    public static ShellKind Parse(string name) => TryParse(name) ?? throw new ConfigException(
        $"--shell must be one of {string.Join(", ", Names)}, not '{Printable.Shorten(name)}'{NearestName.Hint(name, Names)}");

    /// <summary>
    /// The shell that will read what ferry prints: the one that started ferry; if that is no shell, the user's by <c>$SHELL</c>;
    /// bash when that is none that Ferry knows. Not <c>$SHELL</c> first: it is the login shell, and a bash script of somebody who
    /// logs in with tcsh still needs bash's exports. Not the parent's name either: in a script it is that of the script.
    /// </summary>
    public static ShellKind Detect(IHostEnvironment environment) =>
        OfProgram(environment.ParentProgram) ?? OfProgram(environment.Get("SHELL")) ?? ShellKind.Bash;

    private static ShellKind? OfProgram(string? path)
    {
        var name = Path.GetFileName(path ?? "");
        var letters = 0;
        while (letters < name.Length && char.IsAsciiLetter(name[letters]))
            letters++;
        // zsh-5.9, ksh93 and the like; the last four read exports as bash does.
        return name[..letters] is "sh" or "dash" or "ksh" or "mksh" ? ShellKind.Bash : TryParse(name[..letters]);
    }

    private static ShellKind? TryParse(string name) => name switch
    {
        "bash" => ShellKind.Bash,
        "zsh" => ShellKind.Zsh,
        "fish" => ShellKind.Fish,
        // On every cluster of today csh is a link to tcsh.
        "tcsh" or "csh" => ShellKind.Tcsh,
        _ => null,
    };
}

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

    /// <summary>The user's shell by <c>$SHELL</c>; bash when that is unset or none that Ferry knows.</summary>
    public static ShellKind Detect(IHostEnvironment environment) =>
        TryParse(Path.GetFileName(environment.Get("SHELL") ?? "")) ?? ShellKind.Bash;

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

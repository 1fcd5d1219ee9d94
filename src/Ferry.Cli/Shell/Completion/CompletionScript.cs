using Ferry.Cli.Commands.Outline;

namespace Ferry.Cli.Shell.Completion;

/// <summary>
/// Scripts that let a shell complete ferry's command lines. They are made of the command tree and hold all of it; only what the configuration
/// knows, variables and keys, they ask of ferry itself.
/// </summary>
internal static class CompletionScript
{
    /// <summary>The hidden command that prints what the configuration knows.</summary>
    public const string Ask = "internal-complete";

    /// <summary>What it can be asked for.</summary>
    public const string Variables = "variables";

    /// <inheritdoc cref="Variables"/>
    public const string Keys = "keys";

    /// <summary>The names beside <c>ferry</c> that the scripts are for: the older tool's, and the function of <see cref="ShellInit"/>.</summary>
    /// <param name="function">The function's name.</param>
    public static string[] OtherNames(string function) => ["euler-files", function];

    /// <summary>Writes the script for a shell.</summary>
    /// <param name="shell">Bash, zsh or fish.</param>
    /// <param name="root">The commands.</param>
    /// <param name="function">The name under which <see cref="ShellInit"/> has made the function.</param>
    /// <param name="program">Absolute path of ferry, or null to find it on PATH at each call.</param>
    public static string Text(ShellKind shell, CommandOutline root, string function, string? program)
    {
        ShellInit.CheckName(function);
        var text = shell switch
        {
            ShellKind.Bash => BashCompletion.Text(root),
            ShellKind.Zsh => ZshCompletion.Text(root),
            ShellKind.Fish => FishCompletion.Text(root),
            _ => throw new ArgumentOutOfRangeException(nameof(shell), shell, "there are no completions for this shell"),
        };
        return text
            .Replace("OTHER_NAMES", string.Join(' ', OtherNames(function)), StringComparison.Ordinal)
            .Replace("ASK_FERRY", $"command {(program is null ? "ferry" : ShellInit.Quoted(shell, program))} {Ask}", StringComparison.Ordinal);
    }

    /// <summary>What to ask ferry for; null where the shell knows the words by itself.</summary>
    public static string? Question(ValueOutline value) => value.Kind switch
    {
        ValueKind.Variable => Variables,
        ValueKind.ConfigKey => Keys,
        _ => null,
    };
}

using System.CommandLine;
using System.CommandLine.Completions;
using Ferry.Cli.Config.Layers;
using Ferry.Cli.Shell;

namespace Ferry.Cli.Commands.Outline;

/// <summary>What kind of word the value of an option or argument is.</summary>
internal enum ValueKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>One of <see cref="ValueOutline.Words"/>.</summary>
    Word,

    /// <summary>The variable of a configured cache.</summary>
    Variable,

    /// <summary>The key of a setting.</summary>
    ConfigKey,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A path of any kind.</summary>
    Path,

    /// <summary>A program with its arguments.</summary>
    Program,
}

/// <summary>The value that an option or argument takes. Its name, as help shows it, says what it is.</summary>
/// <param name="Name">For example <c>DIR</c>.</param>
/// <param name="Kind">What to complete it with.</param>
/// <param name="Words">The words it can be, where these are known.</param>
internal sealed record ValueOutline(string Name, ValueKind Kind, IReadOnlyList<string> Words)
{
    private static readonly Dictionary<string, ValueKind> s_kinds = new()
    {
        ["VAR"] = ValueKind.Variable,
        ["WHAT"] = ValueKind.Variable,
        ["KEY"] = ValueKind.ConfigKey,
        ["DIR"] = ValueKind.Directory,
        ["PATH"] = ValueKind.Path,
        ["FILE"] = ValueKind.Path,
        ["CMD"] = ValueKind.Program,
    };

    private static readonly Dictionary<string, IReadOnlyList<string>> s_words = new()
    {
        ["SHELL"] = ShellKinds.Names,
        ["ENGINE"] = ScalarSettings.EngineWords,
        ["WHICH"] = ScalarSettings.TimestampWords,
    };

    /// <summary>Describes the value of a symbol that takes one.</summary>
    public static ValueOutline Of(string name, Symbol symbol)
    {
        var words = symbol.GetCompletions(CompletionContext.Empty).Select(static item => item.Label).ToList();
        if (words.Count == 0 && s_words.TryGetValue(name, out var known))
            words.AddRange(known);
        var kind = words.Count > 0 ? ValueKind.Word : s_kinds.GetValueOrDefault(name);
        return new ValueOutline(name, kind, words);
    }
}

using System.Text;
using Ferry.Cli.Commands.Outline;

namespace Ferry.Cli.Shell.Completion;

/// <summary>Completion for fish. Its aliases, and the function of <see cref="ShellInit"/>, say themselves that they wrap ferry.</summary>
internal static class FishCompletion
{
    public static string Text(CommandOutline root)
    {
        var lines = new StringBuilder();
        foreach (var command in root.All)
        {
            foreach (var child in command.Children)
                lines.Append($"{At(command)} -a {child.Name} -d {Quote(child.Description)}\n");
            foreach (var option in command.Options)
                lines.Append($"{At(command)}{Names(option)}{Value(option.Value)} -d {Quote(option.Description)}\n");
            foreach (var argument in command.Arguments)
                lines.Append(Value(argument.Value) is { Length: > 0 } value ? $"{At(command)}{value.Replace(" -x", "", StringComparison.Ordinal)}\n" : "");
        }
        return Script
            .Replace("COMMANDS", Alternatives(root.All.Skip(1).Select(command => command.Path)), StringComparison.Ordinal)
            .Replace("VALUED", Alternatives(root.All.SelectMany(Valued)), StringComparison.Ordinal)
            .Replace("COMPLETIONS", lines.ToString().TrimEnd('\n'), StringComparison.Ordinal);
    }

    private static string At(CommandOutline command) => $"complete -c ferry -n '__ferry_at {command.Path}'";

    private static IEnumerable<string> Valued(CommandOutline command) =>
        command.Options.Where(option => option.Value is not null).SelectMany(option => option.Names.Select(name => $"{command.Path} {name}"));

    private static string Alternatives(IEnumerable<string> words) => string.Join(" \\\n                ", words.Select(Quote));

    private static string Names(OptionOutline option) => string.Concat(
        option.Names.Select(name => name.StartsWith("--", StringComparison.Ordinal) ? $" -l {name[2..]}" : $" -s {name[1..]}"));

    private static string Value(ValueOutline? value) => value?.Kind switch
    {
        null => "",
        ValueKind.Text => " -x",
        ValueKind.Word => $" -x -a {Quote(string.Join(' ', value.Words))}",
        ValueKind.Directory => " -x -a '(__fish_complete_directories (commandline -ct))'",
        ValueKind.Path => " -r -F",
        ValueKind.Program => " -x -a '(__fish_complete_subcommand --fcs-skip=2)'",
        _ => $" -x -a '(__ferry_ask {CompletionScript.Question(value)})'",
    };

    private static string Quote(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    private const string Script = """
        # fish completion for ferry, made by ferry completion fish

        function __ferry_ask
            ASK_FERRY $argv 2>/dev/null
        end

        # Whether the command that is being typed is this one.
        function __ferry_at
            set -l path ferry
            set -l pending no
            for word in (commandline -opc)[2..-1]
                if test $pending = yes
                    set pending no
                    continue
                end
                switch "$path $word"
                    case COMMANDS
                        set path "$path $word"
                    case VALUED
                        set pending yes
                end
            end
            test "$path" = "$argv"
        end

        complete -c ferry -f
        COMPLETIONS

        """;
}

using System.Text;
using Ferry.Cli.Commands.Outline;

namespace Ferry.Cli.Shell.Completion;

/// <summary>Completion for zsh: a file for a directory of <c>fpath</c>, which may also be sourced after <c>compinit</c>.</summary>
internal static class ZshCompletion
{
    public static string Text(CommandOutline root)
    {
        var functions = new StringBuilder();
        foreach (var command in root.All)
            functions.Append(Function(command)).Append('\n');
        return Script.Replace("FUNCTIONS\n", functions.ToString(), StringComparison.Ordinal);
    }

    private static string FunctionName(CommandOutline command) => "_" + command.Path.Replace(' ', '-');

    private static string Function(CommandOutline command)
    {
        var specs = command.Options.Select(Spec).Concat(command.Arguments.Select(Spec)).ToList();
        if (command.Children.Count == 0)
            return $"{FunctionName(command)}() {{\n    _arguments -s -S{Lines(specs)}\n}}\n";
        specs.Add("'1:command:->command'");
        specs.Add("'*::argument:->argument'");
        var descriptions = command.Children.Select(child => Quote($"{child.Name}:{child.Description}"));
        var cases = command.Children.Select(child => $"        {child.Name}) {FunctionName(child)} ;;");
        return $$"""
            {{FunctionName(command)}}() {
                local curcontext=$curcontext state state_descr line ret=1
                local -A opt_args
                local -a commands=(
                    {{string.Join("\n        ", descriptions)}}
                )
                _arguments -C{{Lines(specs)}} && ret=0
                case $state in
                command) _describe -t commands command commands && ret=0 ;;
                argument)
                    case $line[1] in
            {{string.Join('\n', cases)}}
                    esac && ret=0
                    ;;
                esac
                return ret
            }

            """;
    }

    private static string Lines(IEnumerable<string> specs) => string.Concat(specs.Select(spec => $" \\\n        {spec}"));

    private static string Spec(OptionOutline option)
    {
        var value = option.Value is null ? "" : $":{Escape(option.Value.Name)}:{Action(option.Value)}";
        var names = option.Names.Select(name => option.Value is null ? name : name + (name.StartsWith("--", StringComparison.Ordinal) ? "=" : "+")).ToList();
        var text = Quote($"[{Escape(option.Description)}]{value}");
        if (names.Count == 1)
            return $"{(option.IsRepeatable ? "'*'" : "")}{names[0]}{text}";
        var before = option.IsRepeatable ? "'*'" : $"'({string.Join(' ', option.Names)})'";
        return $"{before}{{{string.Join(',', names)}}}{text}";
    }

    private static string Spec(ArgumentOutline argument)
    {
        if (argument.Value.Kind == ValueKind.Program)
            return "'(-)1:command:_command_names -e' '*::argument:_normal'";
        var place = argument.IsRepeatable ? "*:" : argument.IsRequired ? ":" : "::";
        return Quote($"{place}{Escape(argument.Value.Name)}:{Action(argument.Value)}");
    }

    private static string Action(ValueOutline value) => value.Kind switch
    {
        ValueKind.Word => $"({string.Join(' ', value.Words)})",
        ValueKind.Directory => "_files -/",
        ValueKind.Path => "_files",
        ValueKind.Variable or ValueKind.ConfigKey => $"_ferry_ask {CompletionScript.Question(value)}",
        _ => " ",
    };

    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("[", "\\[", StringComparison.Ordinal)
        .Replace("]", "\\]", StringComparison.Ordinal)
        .Replace(":", "\\:", StringComparison.Ordinal);

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private const string Script = """
        #compdef ferry OTHER_NAMES
        # zsh completion for ferry, made by ferry completion zsh

        # The last argument is what to ask; those before it are for compadd.
        _ferry_ask() {
            local -a words=(${(f)"$(ASK_FERRY $argv[-1] 2>/dev/null)"})
            compadd "${(@)argv[1,-2]}" -a words
        }

        FUNCTIONS
        if [[ $funcstack[1] == _ferry ]]; then
            _ferry "$@"
        else
            compdef _ferry ferry OTHER_NAMES
        fi

        """;
}

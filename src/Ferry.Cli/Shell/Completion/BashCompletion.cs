using System.Text;
using Ferry.Cli.Commands.Outline;

namespace Ferry.Cli.Shell.Completion;

/// <summary>Completion for bash from version 4, with or without the package bash-completion.</summary>
internal static class BashCompletion
{
    public static string Text(CommandOutline root)
    {
        var commands = new StringBuilder();
        var values = new StringBuilder();
        foreach (var command in root.All)
        {
            commands.Append(Command(command));
            foreach (var option in command.Options)
            {
                foreach (var name in option.Names)
                    AddValue(values, $"{command.Path} {name}", option.Value);
            }
            for (var i = 0; i < command.Arguments.Count; i++)
                AddValue(values, $"{command.Path} {(command.Arguments[i].IsRepeatable ? "*" : i + 1)}", command.Arguments[i].Value);
        }
        return Script
            .Replace("COMMANDS", commands.ToString().TrimEnd('\n'), StringComparison.Ordinal)
            .Replace("VALUES", values.ToString().TrimEnd('\n'), StringComparison.Ordinal);
    }

    private static string Command(CommandOutline command)
    {
        var children = string.Join(' ', command.Children.Select(child => child.Name));
        var options = string.Join(' ', command.Options.SelectMany(option => option.Names));
        var valued = string.Join(' ', command.Options.Where(option => option.Value is not null).SelectMany(option => option.Names));
        return $"    '{command.Path}') commands='{children}' options='{options}' valued='{valued}' ;;\n";
    }

    private static void AddValue(StringBuilder text, string place, ValueOutline? value)
    {
        // The pattern for "any further argument" must not be quoted.
        var pattern = place.EndsWith('*') ? $"'{place[..^1]}'[0-9]*" : $"'{place}'";
        var action = value?.Kind switch
        {
            ValueKind.Word => $"_ferry_offer '{string.Join(' ', value.Words)}'",
            ValueKind.Directory => "_ferry_paths -d",
            ValueKind.Path => "_ferry_paths -f",
            ValueKind.Program => "_ferry_program",
            ValueKind.Variable or ValueKind.ConfigKey => $"_ferry_offer \"$(ASK_FERRY {CompletionScript.Question(value)} 2>/dev/null)\"",
            _ => null,
        };
        if (action is not null)
            text.Append($"    {pattern}) {action} ;;\n");
    }

    private const string Script = """
        # bash completion for ferry, made by ferry completion bash

        # What may follow a command.
        _ferry_command() {
            case $1 in
        COMMANDS
            esac
        }

        # The words for the value of an option, or for an argument by its number.
        _ferry_value() {
            case $1 in
        VALUES
            esac
        }

        _ferry_offer() {
            local IFS=$' \t\n' word
            for word in $1; do
                [[ $word != "$cur"* ]] || COMPREPLY+=("$prefix$word")
            done
        }

        _ferry_paths() {
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen "$1" -P "$prefix" -- "$cur")
        }

        _ferry_program() {
            if ((number == 1)); then
                mapfile -t COMPREPLY < <(compgen -c -- "$cur")
            else
                _ferry_paths -f
            fi
        }

        _ferry() {
            local cur=${COMP_WORDS[COMP_CWORD]} prefix='' path=ferry pending='' number=1 plain='' i word
            local commands options valued
            COMPREPLY=()
            _ferry_command "$path"
            for ((i = 1; i < COMP_CWORD; i++)); do
                word=${COMP_WORDS[i]}
                if [[ -n $pending ]]; then
                    # Bash splits --option=value into three words.
                    [[ $word == '=' ]] || pending=''
                elif [[ -n $plain ]]; then
                    ((number++))
                elif [[ $word == -- ]]; then
                    plain=yes
                elif [[ $word == -* ]]; then
                    [[ " $valued " != *" $word "* ]] || pending=$word
                elif [[ " $commands " == *" $word "* ]]; then
                    path+=" $word" number=1
                    _ferry_command "$path"
                else
                    ((number++))
                fi
            done
            if [[ -n $pending ]]; then
                [[ $cur != '=' ]] || cur=''
                _ferry_value "$path $pending"
            elif [[ -z $plain && $cur == --*=* ]]; then
                prefix=${cur%%=*}= cur=${cur#*=}
                _ferry_value "$path ${prefix%=}"
            elif [[ -z $plain && $cur == -* ]]; then
                _ferry_offer "$options"
            else
                [[ -n $plain ]] || _ferry_offer "$commands"
                _ferry_value "$path $number"
            fi
        }

        complete -F _ferry ferry OTHER_NAMES

        """;
}

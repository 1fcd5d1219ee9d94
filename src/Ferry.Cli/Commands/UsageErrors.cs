using System.CommandLine;
using System.CommandLine.Parsing;
using Ferry.Cli.Config.Nodes;

namespace Ferry.Cli.Commands;

/// <summary>Turns what the parser could not understand into one line with the nearest right word.</summary>
internal static class UsageErrors
{
    /// <summary>The first problem of a command line; null if there is none.</summary>
    public static string? Explain(ParseResult parsed)
    {
        // Who asks for help need not give what the command requires.
        if (parsed.Errors.Count == 0 || parsed.Action is DocumentedHelp)
            return null;
        var path = PathOf(parsed.CommandResult);
        if (parsed.UnmatchedTokens.Count > 0 && ExplainToken(parsed, parsed.UnmatchedTokens[0]) is { } explained)
            return $"{explained}; see '{path} --help'";
        return $"{parsed.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.')}; see '{path} --help'";
    }

    private static string ExplainToken(ParseResult parsed, string token)
    {
        var written = Printable.Shorten(token);
        if (token.StartsWith('-') && token.Length > 1)
        {
            var option = token.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals ? token[..equals] : token;
            return $"unknown option '{written}'{NearestName.Hint(option, OptionsOf(parsed.CommandResult))}";
        }
        var commands = CommandsOf(parsed.CommandResult.Command);
        return commands.Count > 0
            ? $"unknown command '{written}'{NearestName.Hint(token, commands)}"
            : $"unexpected argument '{written}'";
    }

    private static string PathOf(CommandResult result)
    {
        var path = result.Command is RootCommand ? "ferry" : result.Command.Name;
        return result.Parent is CommandResult parent ? $"{PathOf(parent)} {path}" : path;
    }

    private static List<string> CommandsOf(Command command)
    {
        var names = new List<string>();
        foreach (var child in command.Subcommands)
        {
            if (!child.Hidden)
                names.Add(child.Name);
        }
        return names;
    }

    private static List<string> OptionsOf(CommandResult result)
    {
        var names = new List<string>();
        for (var at = result; at is not null; at = at.Parent as CommandResult)
        {
            foreach (var option in at.Command.Options)
            {
                if (!option.Hidden && (at == result || option.Recursive))
                    names.Add(option.Name);
            }
        }
        return names;
    }
}

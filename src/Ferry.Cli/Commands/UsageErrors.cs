using System.CommandLine;
using System.CommandLine.Parsing;
using Ferry.Cli.Config.Nodes;
using Ferry.Workloads.Caches;

namespace Ferry.Cli.Commands;

/// <summary>Turns what the parser could not understand into one line with the nearest right word.</summary>
internal static class UsageErrors
{
    /// <summary>The first problem of a command line; null if there is none.</summary>
    public static string? Explain(ParseResult parsed)
    {
        if (parsed.Errors.Count == 0 && parsed.CommandResult.Command.Arguments.Count == 0)
            return null;
        // Who asks for help need not give what the command requires.
        if (parsed.Action is DocumentedHelp)
            return null;
        if (MistakenArgument(parsed) is { } mistaken)
            return $"{ExplainToken(parsed, mistaken)}; see '{PathOf(parsed.CommandResult)} --help'";
        if (parsed.Errors.Count == 0)
            return null;
        var path = PathOf(parsed.CommandResult);
        if (parsed.UnmatchedTokens.Count > 0 && ExplainToken(parsed, parsed.UnmatchedTokens[0]) is { } explained)
            return $"{explained}; see '{path} --help'";
        return $"{parsed.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.')}; see '{path} --help'";
    }

    /// <summary>An option that nobody knows, and that the parser took for the first argument.</summary>
    private static string? MistakenArgument(ParseResult parsed)
    {
        foreach (var child in parsed.CommandResult.Children)
        {
            if (child is not ArgumentResult { Tokens.Count: > 0 } argument)
                continue;
            var first = argument.Tokens[0];
            return first.Value.StartsWith('-') && first.Value.Length > 1 && !IsBehindDashes(parsed, first) ? first.Value : null;
        }
        return null;
    }

    private static bool IsBehindDashes(ParseResult parsed, Token token)
    {
        foreach (var each in parsed.Tokens)
        {
            if (each.Type == TokenType.DoubleDash)
                return true;
            if (ReferenceEquals(each, token))
                return false;
        }
        return true;
    }

    private static string ExplainToken(ParseResult parsed, string token)
    {
        var written = Printable.Shorten(token);
        if (token.StartsWith('-') && token.Length > 1)
        {
            var option = token.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals ? token[..equals] : token;
            return $"unknown option '{written}'{NearestName.Hint(option, OptionsOf(parsed.CommandResult))}";
        }
        var command = parsed.CommandResult.Command;
        var commands = CommandsOf(command);
        if (commands.Count > 0)
            return $"unknown command '{written}'{(HintBelow(command, token) is { Length: > 0 } below ? below : NearestName.Hint(token, commands))}";
        var takesVariables = VariableName.IsValid(token) && command.Options.Any(static option => option.Name == "--var");
        return $"unexpected argument '{written}'{(takesVariables ? $" (did you mean '--var {written}'?)" : "")}";
    }

    // "ferry show" where it is "ferry config show".
    private static string HintBelow(Command command, string token)
    {
        foreach (var child in command.Subcommands)
        {
            if (!child.Hidden && child.Subcommands.Any(below => below.Name == token))
                return $" (did you mean '{child.Name} {token}'?)";
        }
        return "";
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

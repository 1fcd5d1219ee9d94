using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Ferry.Cli.Commands;

/// <summary>A command whose help ends with examples and exit codes.</summary>
internal class DocumentedCommand(string name, string description) : Command(name, description)
{
    /// <summary>Command lines that do something useful as they stand.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>The exit codes on one line.</summary>
    public string ExitCodes { get; init; } = "0 ok; 1 something failed; 2 wrong usage or configuration";
}

/// <summary>Adds to the help of every command what <see cref="DocumentedCommand"/> knows.</summary>
internal sealed class DocumentedHelp(HelpAction help) : SynchronousCommandLineAction
{
    /// <summary>Takes the place of the help of a root command, for all commands below it.</summary>
    public static void Install(RootCommand root)
    {
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction action } help)
                help.Action = new DocumentedHelp(action);
        }
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not DocumentedCommand command)
            return code;
        var output = parseResult.InvocationConfiguration.Output;
        if (command.Examples.Count > 0)
            output.WriteLine("Examples:");
        foreach (var example in command.Examples)
            output.WriteLine("  " + example);
        output.WriteLine();
        output.WriteLine("Exit codes:");
        output.WriteLine("  " + command.ExitCodes);
        return code;
    }
}

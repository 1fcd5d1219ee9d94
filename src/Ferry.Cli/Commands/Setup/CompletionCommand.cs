using System.CommandLine;
using Ferry.Cli.Commands.Outline;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Shell;
using Ferry.Cli.Shell.Completion;

namespace Ferry.Cli.Commands;

/// <summary><c>ferry completion</c>: prints the script that lets a shell complete ferry's command lines.</summary>
internal static class CompletionCommand
{
    private static readonly string[] s_shells = ["bash", "zsh", "fish"];

    public static Command Create(CommandContext context)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish", CompletionSources = { s_shells } };
        var function = new Option<string>("--function")
        {
            Description = "name of the function of shell-init, which completes too",
            HelpName = "NAME",
            DefaultValueFactory = _ => ShellInit.DefaultFunction,
        };
        var command = new DocumentedCommand("completion", "Print a script that completes commands, options and the names of caches.")
        {
            Examples =
            [
                "echo 'source <(ferry completion bash)' >> ~/.bashrc",
                "echo 'source <(ferry completion zsh)' >> ~/.zshrc    # below compinit",
                "ferry completion fish > ~/.config/fish/completions/ferry.fish",
            ],
            ExitCodes = "0 ok; 2 wrong usage",
        };
        command.Arguments.Add(shell);
        command.Options.Add(function);
        command.SetAction(parsed => Run(
            parsed.GetValue(shell)!, parsed.GetValue(function)!, CommandOutline.Of((RootCommand)parsed.RootCommandResult.Command), context));
        return command;
    }

    internal static int Run(string shell, string function, CommandOutline root, CommandContext context)
    {
        if (!s_shells.Contains(shell))
        {
            throw new ConfigException(
                $"there are completions for {string.Join(", ", s_shells)}, not '{Printable.Shorten(shell)}'{NearestName.Hint(shell, s_shells)}");
        }
        context.Out.Write(CompletionScript.Text(ShellKinds.Parse(shell), root, function, ProgramToCall.PathOf(context.Environment)));
        return 0;
    }
}

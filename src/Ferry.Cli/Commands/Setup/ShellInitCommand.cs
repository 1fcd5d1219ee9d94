using System.CommandLine;
using Ferry.Cli.Shell;

namespace Ferry.Cli.Commands;

/// <summary><c>ferry shell-init</c>: prints the shell function that applies a sync.</summary>
internal static class ShellInitCommand
{
    /// <summary>What the command line says.</summary>
    /// <param name="Shell">The shell's name; null: the user's.</param>
    /// <param name="Function">The function's name.</param>
    internal sealed record Options(string? Shell, string Function);

    public static Command Create(CommandContext context)
    {
        var shell = new Option<string?>("--shell")
        {
            Description = "bash, zsh, fish or tcsh; otherwise the shell that calls ferry",
            HelpName = "SHELL",
        };
        var function = new Option<string>("--function")
        {
            Description = "name of the function",
            HelpName = "NAME",
            DefaultValueFactory = _ => ShellInit.DefaultFunction,
        };
        var command = new DocumentedCommand("shell-init", "Print a shell function that runs ferry and applies the exports of a sync.")
        {
            Examples =
            [
                "echo 'eval \"$(ferry shell-init --shell bash)\"' >> ~/.bashrc    # then: ef, ef status",
                "ferry shell-init --shell fish | source",
            ],
            ExitCodes = "0 ok; 2 wrong usage",
        };
        command.Options.Add(shell);
        command.Options.Add(function);
        command.SetAction(parsed => Run(new Options(parsed.GetValue(shell), parsed.GetValue(function)!), context));
        return command;
    }

    internal static int Run(Options options, CommandContext context)
    {
        var shell = options.Shell is null ? ShellKinds.Detect(context.Environment) : ShellKinds.Parse(options.Shell);
        context.Out.Write(ShellInit.Text(shell, options.Function, ProgramToCall.PathOf(context.Environment)));
        return 0;
    }
}

using System.CommandLine;

namespace Ferry.Cli.Commands.Hub;

/// <summary><c>ferry hf</c>: the Hugging Face cache, shared through an object store.</summary>
internal static class HubCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new DocumentedCommand("hf", "Share the Hugging Face cache through an object store, and keep it within its budget.")
        {
            Examples = ["ferry hf init", "ferry hf doctor", "ferry hf list --remote", "ferry hf prune --max-gb 50 --dry-run", "alias hf-cache-sync='ferry hf'"],
        };
        var options = new HubOptions();
        options.AddTo(command);
        command.Subcommands.Add(HubInitCommand.Create(context, options));
        command.Subcommands.Add(HubDoctorCommand.Create(context, options));
        command.Subcommands.Add(HubPushCommand.Create(context, options));
        command.Subcommands.Add(HubPullCommand.Create(context, options));
        command.Subcommands.Add(HubPullAllCommand.Create(context, options));
        command.Subcommands.Add(HubVerifyCommand.Create(context, options));
        command.Subcommands.Add(HubPruneCommand.Create(context, options));
        command.Subcommands.Add(HubStatusCommand.Create(context, options));
        command.Subcommands.Add(HubListCommand.Create(context, options));
        command.Subcommands.Add(HubDiffCommand.Create(context, options));
        command.Subcommands.Add(HubRemoveCommand.Create(context, options));
        command.Subcommands.Add(HubGcCommand.Create(context, options));
        command.Subcommands.Add(HubServeCommand.Create(context, options));
        command.Subcommands.Add(HubWatchCommand.Create(context, options));
        return command;
    }
}

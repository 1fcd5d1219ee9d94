using System.CommandLine;
using Ferry.Cli.Output;
using Ferry.Cli.Output.Reports.Hub;
using Ferry.Workloads.HuggingFace.Inventory;

namespace Ferry.Cli.Commands.Hub;

/// <summary><c>ferry hf list</c>: the repositories of the cache, or of the bucket.</summary>
internal static class HubListCommand
{
    public static Command Create(CommandContext context, HubOptions options)
    {
        var remote = new Option<bool>("--remote") { Description = "list what the bucket has, rather than the cache" };
        var json = new Option<bool>("--json") { Description = "print JSON" };
        var command = new DocumentedCommand("list", "List the repositories in the cache on this machine, or in the bucket.")
        {
            Examples = ["ferry hf list", "ferry hf list --remote", "ferry hf list --remote --json"],
            ExitCodes = "0 listed; 1 the cache or the bucket cannot be read, or has what cannot be; 2 wrong usage or configuration",
        };
        command.Options.Add(remote);
        command.Options.Add(json);
        command.SetAction(parsed => Run(options.Read(parsed), parsed.GetValue(remote), parsed.GetValue(json), context));
        return command;
    }

    internal static int Run(HubChoice choice, bool isRemote, bool isJson, CommandContext context)
    {
        using var session = new HubSession(context, choice);
        return isRemote ? ListRemote(session, isJson) : ListLocal(session, isJson);
    }

    private static int ListLocal(HubSession session, bool isJson)
    {
        var cache = session.ReadCache();
        if (isJson)
        {
            HubListJson.Write(cache, session.Context.OutBytes);
        }
        else
        {
            HubListText.Write(cache, session.Context.Out);
        }

        return ExitCodes.Ok;
    }

    private static int ListRemote(HubSession session, bool isJson)
    {
        var inventory = HubSession.Wait(BucketInventory.ReadAsync(session.OpenBucket(), null, session.Cancellation));
        if (isJson)
        {
            HubListJson.Write(inventory, session.Context.OutBytes);
        }
        else
        {
            HubListText.Write(inventory, session.Context.Out);
        }

        return HubListText.TellProblems(inventory, session);
    }
}

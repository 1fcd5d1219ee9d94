using System.CommandLine;
using Ferry.Cli.Output;
using Ferry.Cli.Output.Reports.Hub;
using Ferry.Workloads.HuggingFace.Inventory;

namespace Ferry.Cli.Commands.Hub;

/// <summary><c>ferry hf diff</c>: what the cache has, and what the bucket has, revision by revision.</summary>
internal static class HubDiffCommand
{
    public static Command Create(CommandContext context, HubOptions options)
    {
        var json = new Option<bool>("--json") { Description = "print JSON" };
        var command = new DocumentedCommand("diff", "Compare the cache on this machine with the bucket, revision by revision.")
        {
            Examples = ["ferry hf diff", "ferry hf diff --json"],
            ExitCodes = "0 compared, whatever differs; 1 the cache or the bucket cannot be read, or has what cannot be; 2 wrong usage or configuration",
        };
        command.Options.Add(json);
        command.SetAction(parsed => Run(options.Read(parsed), parsed.GetValue(json), context));
        return command;
    }

    internal static int Run(HubChoice choice, bool isJson, CommandContext context)
    {
        using var session = new HubSession(context, choice);
        var bucket = session.OpenBucket();
        var cache = session.ReadCache();
        var inventory = HubSession.Wait(BucketInventory.ReadAsync(bucket, cache, session.Cancellation));
        var diffs = RevisionDiff.Of(cache, inventory);
        if (isJson)
        {
            HubDiffReport.WriteJson(diffs, context.OutBytes);
        }
        else
        {
            HubDiffReport.WriteText(diffs, context.Out);
        }

        return HubListText.TellProblems(inventory, session);
    }
}

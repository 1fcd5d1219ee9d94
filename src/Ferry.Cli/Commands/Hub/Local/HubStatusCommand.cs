using System.CommandLine;
using Ferry.Cli.Config;
using Ferry.Cli.Output;
using Ferry.Cli.Output.Reports.Hub;
using Ferry.Cli.Stores;

namespace Ferry.Cli.Commands.Hub;

/// <summary><c>ferry hf status</c>: the cache in a few lines. The bucket is not asked.</summary>
internal static class HubStatusCommand
{
    public static Command Create(CommandContext context, HubOptions options)
    {
        var json = new Option<bool>("--json") { Description = "print JSON" };
        var command = new DocumentedCommand("status", "Show the cache on this machine: its size, its budget, what is wrong with it.")
        {
            Examples = ["ferry hf status", "ferry hf status --json"],
            ExitCodes = "0 shown; 1 the cache cannot be read; 2 wrong usage or configuration",
        };
        command.Options.Add(json);
        command.SetAction(parsed => Run(options.Read(parsed), parsed.GetValue(json), context));
        return command;
    }

    internal static int Run(HubChoice choice, bool isJson, CommandContext context)
    {
        using var session = new HubSession(context, choice);
        var store = session.Config.Url is { } url ? StoreUrl.Parse(url) : null;
        var cache = session.ReadCache();
        var budget = session.Config.MaxLocal.Value;
        if (isJson)
        {
            HubStatusReport.WriteJson(cache, budget, store?.ToString(), context.OutBytes);
        }
        else
        {
            HubStatusReport.WriteText(cache, budget, store?.ToString(), context.Out);
        }

        return ExitCodes.Ok;
    }
}

using System.CommandLine;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Config.Values;
using Ferry.Cli.Output;
using Ferry.Cli.Output.Reports.Hub;
using Ferry.Workloads.HuggingFace.Collection;

namespace Ferry.Cli.Commands.Hub;

/// <summary><c>ferry hf gc</c>: removes contents from the bucket that no manifest has named for a while.</summary>
internal static class HubGcCommand
{
    /// <summary>What the command line says.</summary>
    internal sealed record Options(string? Grace = null, bool Deletes = false, bool Json = false);

    public static Command Create(CommandContext context, HubOptions options)
    {
        var grace = new Option<string?>("--grace") { Description = "how long a content must have been without a manifest, longer than any push takes (default: 7d)", HelpName = "TIME" };
        var delete = new Option<bool>("--delete") { Description = "note what no manifest names, and remove what was noted before the time of grace; without it, show it only" };
        var json = new Option<bool>("--json") { Description = "print a JSON report" };
        var command = new DocumentedCommand("gc", "Find contents in the bucket that no manifest names; with --delete, remove those that have been so for a week.")
        {
            Examples = ["ferry hf gc", "ferry hf gc --delete", "ferry hf gc --delete --grace 30d"],
            ExitCodes = "0 done, or shown; 1 something could not be read or removed; 2 wrong usage or configuration",
        };
        foreach (var option in (ReadOnlySpan<Option>)[grace, delete, json])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed => Run(
            options.Read(parsed), new Options(parsed.GetValue(grace), parsed.GetValue(delete), parsed.GetValue(json)), context));
        return command;
    }

    internal static int Run(HubChoice choice, Options options, CommandContext context)
    {
        using var session = new HubSession(context, choice);
        var gc = new HubGcOptions { DryRun = !options.Deletes };
        if (options.Grace is { } text)
        {
            gc = gc with
            {
                Grace = Duration.TryParse(text, out var grace) && grace >= HubGcOptions.LeastGrace ? grace
                    : throw new ConfigException($"--grace must be a duration of an hour or more, such as 7d or 12h, not '{Printable.Shorten(text)}'"),
            };
        }

        var report = HubSession.Wait(HubGc.RunAsync(session.OpenBucket(), gc, context.Time, session.Cancellation));
        if (options.Json)
        {
            HubGcReports.WriteJson(report, context.OutBytes);
        }
        else
        {
            HubGcReports.WriteText(report, gc, context.Out);
        }

        return HubGcReports.TellProblems(report, session);
    }
}

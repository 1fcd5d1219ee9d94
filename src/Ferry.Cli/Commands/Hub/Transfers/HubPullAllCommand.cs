using System.CommandLine;
using Ferry.Cli.Config;
using Ferry.Cli.Output;
using Ferry.Cli.Output.Reports.Hub;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pull;

namespace Ferry.Cli.Commands.Hub;

/// <summary><c>ferry hf pull-all</c>: brings the main revision of each repository of the bucket into the cache.</summary>
internal static class HubPullAllCommand
{
    public static Command Create(CommandContext context, HubOptions options)
    {
        var include = new Option<string[]>("--include") { Description = "only these, such as 'org/*' or 'datasets/*'; may be repeated", HelpName = "PATTERN" };
        var exclude = new Option<string[]>("--exclude") { Description = "not these; may be repeated", HelpName = "PATTERN" };
        var limit = new Option<int?>("--limit") { Description = "at most so many, in the order of their names", HelpName = "N" };
        var transfer = new HubPullOptions();
        var command = new DocumentedCommand("pull-all", "Bring the main revision of every repository of the bucket into the cache.")
        {
            Examples = ["ferry hf pull-all --dry-run", "ferry hf pull-all --include 'org/*' --exclude '*-gguf'", "ferry hf pull-all --limit 5"],
            ExitCodes = "0 all of them are in the cache; 1 one is not, the others are; 2 wrong usage or configuration",
        };
        command.Options.Add(include);
        command.Options.Add(exclude);
        command.Options.Add(limit);
        transfer.AddTo(command);
        command.SetAction(parsed => Run(
            options.Read(parsed),
            new PullFilter { Include = Patterns(parsed.GetValue(include)), Exclude = Patterns(parsed.GetValue(exclude)), Limit = CheckLimit(parsed.GetValue(limit)) },
            transfer.Read(parsed),
            context));
        return command;
    }

    internal static int Run(HubChoice choice, PullFilter filter, HubPullChoice options, CommandContext context)
    {
        using var session = new HubSession(context, choice);
        using var sources = new HubSources(session, options.UsesHub);
        IReadOnlyList<PullOutcome> outcomes;
        using (var reporter = new HubTransferReporter(session, "pull"))
        {
            var begin = context.Time.GetTimestamp();
            var pull = new HubPull(sources.Open(reporter), options.For(session), session.AccessLog, reporter, reporter.Progress, context.Time);
            outcomes = HubSession.Wait(new HubPullAll(sources.Bucket, pull).RunAsync(filter, Tell, session.Cancellation));
            if (outcomes.Count == 0)
            {
                reporter.Say("pulled", $"nothing: {session.Place.Url} has no repository with a ref main{(filter == new PullFilter() ? "" : " that is wanted")}");
            }

            void Tell(PullOutcome outcome)
            {
                if (outcome.Report is { } report)
                {
                    HubPullText.Write(report, options.DryRun, context.Time.GetElapsedTime(begin), reporter);
                }
                else
                {
                    reporter.Shout("FAILED", $"{outcome.Name}: {outcome.Failure}");
                }

                begin = context.Time.GetTimestamp();
            }
        }

        if (options.Json)
        {
            HubPullJson.Write(outcomes, context.OutBytes);
        }

        return outcomes.All(static outcome => outcome.IsWhole) ? ExitCodes.Ok : ExitCodes.Failure;
    }

    private static List<RepoPattern> Patterns(string[]? texts) => [.. (texts ?? []).Select(static text => new RepoPattern(text))];

    private static int? CheckLimit(int? limit) => limit is null or >= 1 ? limit : throw new ConfigException($"--limit must be 1 or more, not {limit}");
}

using System.CommandLine;
using Ferry.Cli.Config;
using Ferry.Cli.Output;
using Ferry.Cli.Output.Reports.Hub;
using Ferry.Core.Progress;
using Ferry.Workloads.HuggingFace.Gating;
using Ferry.Workloads.HuggingFace.Hub;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Push;

namespace Ferry.Cli.Commands.Hub;

/// <summary><c>ferry hf push</c>: brings the cache into the bucket.</summary>
internal static class HubPushCommand
{
    /// <summary>What the command line says.</summary>
    internal sealed record Options
    {
        /// <summary>Patterns of repositories; empty for all.</summary>
        public IReadOnlyList<string> Repos { get; init; } = [];

        public int? Workers { get; init; }

        public bool DryRun { get; init; }

        public bool VerifyRemote { get; init; }

        public bool Json { get; init; }
    }

    public static Command Create(CommandContext context, HubOptions options)
    {
        var repos = new Argument<string[]>("REPO") { Description = "only these, such as org/name or 'datasets/*'; none for all", Arity = ArgumentArity.ZeroOrMore };
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "show what would be sent, and change nothing" };
        var workers = WorkersOption.Create("contents sent at a time");
        var verify = new Option<bool>("--verify-remote") { Description = "read back and hash what the bucket has already, and replace what is wrong" };
        var json = new Option<bool>("--json") { Description = "print a JSON report" };
        var command = new DocumentedCommand("push", "Send what the cache has and the bucket lacks: contents, each hashed before, then manifests, then refs.")
        {
            Examples = ["ferry hf push --dry-run", "ferry hf push", "ferry hf push mistralai/Mistral-7B-v0.1 --workers 16"],
            ExitCodes = "0 all that may go is in the bucket; 1 something is not, or is damaged; 2 wrong usage or configuration",
        };
        command.Arguments.Add(repos);
        foreach (var option in (ReadOnlySpan<Option>)[dryRun, workers, verify, json])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed => Run(
            options.Read(parsed),
            new Options
            {
                Repos = parsed.GetValue(repos) ?? [], Workers = parsed.GetValue(workers), DryRun = parsed.GetValue(dryRun), VerifyRemote = parsed.GetValue(verify),
                Json = parsed.GetValue(json),
            },
            context));
        return command;
    }

    internal static int Run(HubChoice choice, Options options, CommandContext context)
    {
        using var session = new HubSession(context, choice);
        var report = Push(session, options);
        if (options.Json)
        {
            HubPushJson.Write(report, context.OutBytes);
        }

        return report.IsGood ? ExitCodes.Ok : ExitCodes.Failure;
    }

    /// <summary>Pushes, and tells how it goes.</summary>
    internal static HubPushReport Push(HubSession session, Options options)
    {
        var context = session.Context;
        var bucket = session.OpenBucket();
        var cache = session.ReadCache();
        var patterns = options.Repos.Select(static text => new RepoPattern(text)).ToList();
        CheckMeant(options.Repos, patterns, [.. cache.Repos.Select(static repo => repo.Id)]);

        using var hub = session.OpenHub();
        var gate = new PushGate(cache.Directory, hub is null ? null : new HubVisibility(hub), session.Config.AllowGated.Value, context.Time);
        var pushOptions = new HubPushOptions
        {
            Repos = patterns, Workers = options.Workers, DryRun = options.DryRun, VerifyRemote = options.VerifyRemote, SyncXet = session.Config.SyncXet.Value,
            Writer = "ferry " + ProgramVersion.Text,
        };
        using var reporter = new HubTransferReporter(session, "push");
        var begin = context.Time.GetTimestamp();
        var report = HubSession.Wait(HubPush.RunAsync(cache, bucket, gate, pushOptions, reporter, reporter.Progress, context.Time, session.Cancellation));
        HubPushText.Write(report, context.Time.GetElapsedTime(begin), reporter);
        return report;
    }

    /// <summary>Whoever names a repository that is not there would take silence for success.</summary>
    private static void CheckMeant(IReadOnlyList<string> texts, List<RepoPattern> patterns, List<RepoId> known)
    {
        for (var i = 0; i < patterns.Count; i++)
        {
            if (!known.Exists(patterns[i].Matches))
            {
                throw RepoId.TryParse(RepoType.Model, texts[i], out var repo, out _)
                    ? RepoArgument.NotFound(repo, "the cache", known)
                    : new ConfigException($"'{texts[i]}': nothing in the cache is meant by it");
            }
        }
    }
}

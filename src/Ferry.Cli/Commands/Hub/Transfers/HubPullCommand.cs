using System.CommandLine;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Output;
using Ferry.Cli.Output.Reports.Hub;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pull;
using Ferry.Workloads.HuggingFace.Pull.Sources;

namespace Ferry.Cli.Commands.Hub;

/// <summary><c>ferry hf pull</c>: brings one revision of a repository from the bucket into the cache.</summary>
internal static class HubPullCommand
{
    private static readonly RefName s_main = RefName.TryParse(PullRequest.Main, out var name, out var reason) ? name : throw new InvalidOperationException(reason);

    /// <summary>What <c>--fallback</c> may say.</summary>
    public static readonly string[] FallbackWords = ["hf-hub"];

    /// <summary>What the command line says.</summary>
    internal sealed record Options
    {
        public required string Repo { get; init; }

        public string? Type { get; init; }

        public string? Revision { get; init; }

        public HubPullChoice Pull { get; init; } = new();
    }

    public static Command Create(CommandContext context, HubOptions options)
    {
        var repo = new Argument<string>("REPO") { Description = "the repository: org/name, datasets/org/name" };
        var revision = new Option<string?>("--revision", "-r") { Description = "a branch, a tag, or a commit or its first digits (default: main)", HelpName = "REV" };
        var type = new Option<string?>("--repo-type") { Description = "model, dataset or space (default: whichever the bucket has)", HelpName = "TYPE", CompletionSources = { "model", "dataset", "space" } };
        var transfer = new HubPullOptions();
        var command = new DocumentedCommand("pull", "Bring a revision from the bucket into the cache, every byte hashed; it then loads offline.")
        {
            Examples =
            [
                "ferry hf pull mistralai/Mistral-7B-v0.1",
                "ferry hf pull datasets/org/name -r v1.0",
                "ferry hf pull org/name --fallback hf-hub --workers 16",
            ],
            ExitCodes = "0 all of it is in the cache; 1 it is not; 2 wrong usage or configuration",
        };
        command.Arguments.Add(repo);
        command.Options.Add(revision);
        command.Options.Add(type);
        transfer.AddTo(command);
        command.SetAction(parsed => Run(
            options.Read(parsed),
            new Options { Repo = parsed.GetValue(repo)!, Type = parsed.GetValue(type), Revision = parsed.GetValue(revision), Pull = transfer.Read(parsed) },
            context));
        return command;
    }

    internal static int Run(HubChoice choice, Options options, CommandContext context)
    {
        if (!PullRequest.TryParse(options.Repo, ReadType(options.Type), options.Revision, out var request, out var reason))
        {
            throw new ConfigException(reason);
        }

        using var session = new HubSession(context, choice);
        using var sources = new HubSources(session, options.Pull.UsesHub);
        HubPullReport report;
        using (var reporter = new HubTransferReporter(session, "pull"))
        {
            var begin = context.Time.GetTimestamp();
            var pull = new HubPull(sources.Open(reporter), options.Pull.For(session), session.AccessLog, reporter, reporter.Progress, context.Time);
            report = HubSession.Wait(PullAsync(pull, request, sources, session.Cancellation));
            HubPullText.Write(report, options.Pull.DryRun, context.Time.GetElapsedTime(begin), reporter);
        }

        if (options.Pull.Json)
        {
            HubPullJson.Write(report, context.OutBytes);
        }

        return report.IsWhole ? ExitCodes.Ok : ExitCodes.Failure;
    }

    private static async Task<HubPullReport> PullAsync(HubPull pull, PullRequest request, HubSources sources, CancellationToken cancellation)
    {
        try
        {
            return await pull.RunAsync(request, cancellation).ConfigureAwait(false);
        }
        catch (StoreException e) when (e.Error == StoreError.NotFound)
        {
            var known = await BucketRepos.ListAsync(sources.Bucket, s_main, cancellation).ConfigureAwait(false);
            var names = known.Select(static repo => repo.Name).Where(name => name != request.Name);
            throw new StoreException(e.Error, e.Message + NearestName.Hint(request.Name, names), e);
        }
    }

    private static RepoType? ReadType(string? word) => word is null ? null
        : RepoTypes.FromWord(word) ?? throw new ConfigException($"--repo-type must be model, dataset or space, not '{word}'{NearestName.Hint(word, ["model", "dataset", "space"])}");
}

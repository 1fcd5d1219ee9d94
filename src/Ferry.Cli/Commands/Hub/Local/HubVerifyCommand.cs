using System.CommandLine;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Output;
using Ferry.Cli.Output.Reports.Hub;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Verify;

namespace Ferry.Cli.Commands.Hub;

/// <summary><c>ferry hf verify</c>: reads the cache and compares its contents with their names.</summary>
internal static class HubVerifyCommand
{
    /// <summary>What the command line says.</summary>
    internal sealed record Options(IReadOnlyList<string> Repos, int? Workers = null, bool Json = false, bool IsRemote = false, bool IsStructureOnly = false);

    public static Command Create(CommandContext context, HubOptions options)
    {
        var repos = new Argument<string[]>("REPO") { Description = "only these, such as org/name or 'datasets/*'; none for all", Arity = ArgumentArity.ZeroOrMore };
        var workers = WorkersOption.Create("contents read at a time");
        var remote = new Option<bool>("--remote") { Description = "read the bucket, rather than the cache" };
        var structure = new Option<bool>("--structure-only") { Description = "with --remote: see that all is there with the right size, and read no content" };
        var json = new Option<bool>("--json") { Description = "print a JSON report" };
        var command = new DocumentedCommand("verify", "Hash all contents of the cache, or of the bucket, and say what is not as its name says.")
        {
            Examples = ["ferry hf verify", "ferry hf verify 'mistralai/*' --json", "ferry hf verify --remote --structure-only"],
            ExitCodes = "0 all is right; 1 something is not, or cannot be read; 2 wrong usage or configuration",
        };
        command.Arguments.Add(repos);
        foreach (var option in (ReadOnlySpan<Option>)[remote, structure, workers, json])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed => Run(
            options.Read(parsed),
            new Options(parsed.GetValue(repos) ?? [], parsed.GetValue(workers), parsed.GetValue(json), parsed.GetValue(remote), parsed.GetValue(structure)),
            context));
        return command;
    }

    internal static int Run(HubChoice choice, Options options, CommandContext context)
    {
        if (options is { IsStructureOnly: true, IsRemote: false })
        {
            throw new ConfigException("--structure-only is for --remote; 'ferry hf status' looks at the cache's structure");
        }

        using var session = new HubSession(context, choice);
        return options.IsRemote ? RemoteVerification.Run(session, options) : Run(session, options);
    }

    private static int Run(HubSession session, Options options)
    {
        var context = session.Context;
        HubVerifyReport report;
        using (var reporter = new HubTransferReporter(session, "verify"))
        {
            var begin = context.Time.GetTimestamp();
            var verify = new HubVerify(session.CacheDirectory.Value, options.Workers ?? Environment.ProcessorCount, reporter.Progress);
            report = verify.Run([.. options.Repos.Select(static text => new RepoPattern(text))], session.Cancellation);
            if (options.Repos.Count > 0 && report.Repos.Count == 0)
            {
                throw NotFound(options.Repos[0], session);
            }

            HubVerifyReports.WriteText(report, context.Time.GetElapsedTime(begin), reporter);
        }

        if (options.Json)
        {
            HubVerifyReports.WriteJson(report, context.OutBytes);
        }

        return report.IsGood ? ExitCodes.Ok : ExitCodes.Failure;
    }

    private static ConfigException NotFound(string text, HubSession session) => RepoId.TryParse(RepoType.Model, text, out var repo, out _)
        ? RepoArgument.NotFound(repo, "the cache", [.. session.ReadCache().Repos.Select(static each => each.Id)])
        : new ConfigException($"'{Printable.Shorten(text)}': nothing in the cache is meant by it");
}

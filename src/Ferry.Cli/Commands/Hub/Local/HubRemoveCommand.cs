using System.CommandLine;
using Ferry.Cli.Config;
using Ferry.Cli.Output;
using Ferry.Cli.Output.Reports.Hub;
using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Inventory;
using Ferry.Workloads.HuggingFace.Pruning;

namespace Ferry.Cli.Commands.Hub;

/// <summary><c>ferry hf rm</c>: takes a repository out of the cache, or a revision of it.</summary>
internal static class HubRemoveCommand
{
    /// <summary>What the command line says.</summary>
    internal sealed record Options(string Repo, bool DryRun = false, bool Yes = false, bool Json = false, bool IsRemote = false);

    public static Command Create(CommandContext context, HubOptions options)
    {
        var repo = new Argument<string>("REPO") { Description = "org/name, datasets/org/name; with @REVISION one revision: a ref, or seven or more digits of a commit" };
        var remote = new Option<bool>("--remote") { Description = "remove it from the bucket, for everybody, rather than from the cache" };
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "show what would be removed, and change nothing" };
        var yes = new Option<bool>("--yes", "-y") { Description = "do not ask" };
        var json = new Option<bool>("--json") { Description = "print a JSON report" };
        var command = new DocumentedCommand("rm", "Remove a repository, or a revision of it, from the cache on this machine, or from the bucket.")
        {
            Examples = ["ferry hf rm org/name --dry-run", "ferry hf rm datasets/org/name@main --yes", "ferry hf rm --remote org/name@v0.1"],
            ExitCodes = "0 removed; 1 in use, or something could not be removed; 2 wrong usage, not there, or nobody to ask",
        };
        command.Arguments.Add(repo);
        foreach (var option in (ReadOnlySpan<Option>)[remote, dryRun, yes, json])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed => Run(
            options.Read(parsed),
            new Options(parsed.GetValue(repo)!, parsed.GetValue(dryRun), parsed.GetValue(yes), parsed.GetValue(json), parsed.GetValue(remote)),
            context));
        return command;
    }

    internal static int Run(HubChoice choice, Options options, CommandContext context)
    {
        using var session = new HubSession(context, choice);
        return options.IsRemote ? RemoteRemoval.Run(session, options, question => IsAgreed(options, question, context)) : Run(session, options);
    }

    private static int Run(HubSession session, Options options)
    {
        var context = session.Context;
        var selector = RepoArgument.Parse(options.Repo);
        var removal = Plan(session.ReadCache(), selector);
        if (removal.Refusal is { } refusal)
        {
            session.Tell($"{selector}: not removed: {refusal}");
            return ExitCodes.Failure;
        }

        if (!options.Json)
        {
            HubRemovalReport.WritePlan(removal, context.Out);
        }

        var report = options.DryRun || !IsAgreed(options, $"Remove {(removal.IsWhole ? "all of it" : SyncText.Count(removal.Revisions.Count, "revision"))}?", context) ? null : removal.Run(context.Time, session.Cancellation);
        if (options.Json)
        {
            HubRemovalReport.WriteJson(removal, report, context.OutBytes);
        }
        else if (report is not null)
        {
            context.Out.WriteLine($"Removed: {SyncText.Count(report.Revisions, "revision")}, {ByteText.Of(report.FreedBytes)} freed.");
        }

        return HubPruneReports.TellProblems(report, session);
    }

    private static HubRemoval Plan(HubCache cache, RepoSelector selector)
    {
        var repo = cache.Repos.FirstOrDefault(repo => repo.Id == selector.Repo)
            ?? throw RepoArgument.NotFound(selector.Repo, "the cache", [.. cache.Repos.Select(static repo => repo.Id)]);
        var chosen = repo.Revisions.Where(selector.Matches).ToList();
        if (chosen.Count == 0 && selector.Revision is not null)
        {
            var known = string.Join(", ", repo.Refs.Select(static each => each.Name.Name).Concat(repo.Revisions.Select(static revision => HubText.Short(revision.Commit))).Take(8));
            throw new ConfigException($"{selector}: no such revision in the cache; it has {(known.Length == 0 ? "none" : known)}");
        }

        return chosen.Count > 1 && selector.Revision is not null
            ? throw new ConfigException($"{selector}: {chosen.Count} revisions begin like that; give more digits")
            : HubRemoval.Plan(cache, repo, chosen, HubUse.FindOpen(cache));
    }

    private static bool IsAgreed(Options options, string question, CommandContext context)
    {
        if (options.Yes)
        {
            return true;
        }

        if (!context.IsInteractive)
        {
            throw new ConfigException("rm asks before it removes anything, and there is no terminal to ask at; pass --yes or --dry-run");
        }

        context.Out.Flush();
        return Question.Confirm(context, question, byDefault: false);
    }
}

using System.CommandLine;
using System.Globalization;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Config.Values;
using Ferry.Cli.Output;
using Ferry.Cli.Output.Reports.Hub;
using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pruning;

namespace Ferry.Cli.Commands.Hub;

/// <summary><c>ferry hf prune</c>: removes the least recently used revisions until the cache fits its budget.</summary>
internal static class HubPruneCommand
{
    // A client makes the link to a content after it; no download takes as long between the two.
    private static readonly TimeSpan s_unusedFor = TimeSpan.FromHours(1);

    /// <summary>What the command line says.</summary>
    internal sealed record Options
    {
        /// <summary>Gigabytes as the older tool counts them, of 1024^3 bytes; null if not given.</summary>
        public string? MaxGigabytes { get; init; }

        /// <summary>A size; null if not given.</summary>
        public string? MaxSize { get; init; }

        /// <summary>Patterns of what stays.</summary>
        public IReadOnlyList<string> Keep { get; init; } = [];

        public bool DryRun { get; init; }

        public bool Json { get; init; }
    }

    public static Command Create(CommandContext context, HubOptions options)
    {
        var maxGb = new Option<string?>("--max-gb") { Description = "most that the cache may have, in GiB (default: hub.max_local)", HelpName = "FLOAT" };
        var maxSize = new Option<string?>("--max-size") { Description = "the same as a size with its unit, such as 200GB", HelpName = "SIZE" };
        var keep = new Option<string[]>("--keep") { Description = "keep these, such as 'org/*' or org/name@v1.0; may be repeated", HelpName = "PATTERN" };
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "show what would be removed, and change nothing" };
        var json = new Option<bool>("--json") { Description = "print a JSON report" };
        var command = new DocumentedCommand("prune", "Remove revisions not used for long, without a ref, until the cache fits its budget.")
        {
            Examples = ["ferry hf prune --max-gb 50 --dry-run", "ferry hf prune --max-size 200GB --keep 'mistralai/*'"],
            ExitCodes = "0 it fits, or nothing more may be removed; 1 something could not be removed; 2 wrong usage or configuration",
        };
        foreach (var option in (ReadOnlySpan<Option>)[maxGb, maxSize, keep, dryRun, json])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed => Run(
            options.Read(parsed),
            new Options
            {
                MaxGigabytes = parsed.GetValue(maxGb), MaxSize = parsed.GetValue(maxSize), Keep = parsed.GetValue(keep) ?? [],
                DryRun = parsed.GetValue(dryRun), Json = parsed.GetValue(json),
            },
            context));
        return command;
    }

    internal static int Run(HubChoice choice, Options options, CommandContext context)
    {
        using var session = new HubSession(context, choice);
        var most = MaxBytes(options) ?? session.Config.MaxLocal.Value;
        var cache = session.ReadCache();
        var plan = HubPrunePlanner.Plan(cache, new HubPruneRules
        {
            MaxBytes = most,
            Keep = [.. options.Keep.Select(static text => new RepoPattern(text))],
            InUse = HubUse.FindOpen(cache),
            LastUsed = HubUse.FindLast(cache, session.AccessLog),
            UnusedBefore = Timestamp.From(context.Time.GetUtcNow() - s_unusedFor),
        });
        WarnOfUnused(options, cache, session);
        // A cache that is not there yet cannot be opened.
        var report = options.DryRun || cache.Repos.Count == 0 ? null : HubPrune.Run(cache, plan, context.Time, session.Cancellation);
        if (options.Json)
        {
            HubPruneReports.WriteJson(plan, report, context.OutBytes);
        }
        else
        {
            HubPruneReports.WriteText(plan, report, context);
        }

        return HubPruneReports.TellProblems(report, session);
    }

    /// <summary>A pattern that means nothing is a slip of the keyboard, and what it was to protect would go.</summary>
    private static void WarnOfUnused(Options options, HubCache cache, HubSession session)
    {
        foreach (var text in options.Keep)
        {
            var pattern = new RepoPattern(text);
            if (!cache.Repos.Any(repo => repo.Revisions.Any(revision => pattern.Matches(repo.Id, revision.Commit, revision.Refs))))
            {
                var hint = NearestName.Hint(text, cache.Repos.Select(static repo => repo.Id.ToString()));
                session.Tell($"warning: --keep {Printable.Shorten(text)}: nothing in the cache is meant by it{hint}");
            }
        }
    }

    private static long? MaxBytes(Options options)
    {
        if (options is { MaxGigabytes: not null, MaxSize: not null })
        {
            throw new ConfigException("--max-gb and --max-size say the same; give one of them");
        }

        if (options.MaxGigabytes is { } gigabytes)
        {
            return double.TryParse(gigabytes, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= 1e6
                ? (long)(number * (1L << 30))
                : throw new ConfigException($"--max-gb must be a number of gigabytes such as 50 or 0.5, not '{Printable.Shorten(gigabytes)}'; --max-size takes units");
        }

        return options.MaxSize is not { } size ? null : ByteCount.TryParse(size, out var bytes) ? bytes
            : throw new ConfigException($"--max-size must be a size such as 200GB or 1TiB, not '{Printable.Shorten(size)}'");
    }
}

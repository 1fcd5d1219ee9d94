using System.CommandLine;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Config.Values;
using Ferry.Cli.Output;
using Ferry.Core.Linux;
using Ferry.Workloads.Caches.History;
using Ferry.Workloads.Caches.Pruning;

namespace Ferry.Cli.Commands;

/// <summary><c>ferry prune</c>: frees scratch of what was staged and not used for long.</summary>
internal static class PruneCommand
{
    /// <summary>What the command line says.</summary>
    internal sealed record Options
    {
        public PruneOptions Prune { get; init; } = new();

        public bool DryRun { get; init; }

        /// <summary>Remove without asking.</summary>
        public bool Yes { get; init; }

        public bool Json { get; init; }

        /// <summary>Settings for this run.</summary>
        public ConfigFlags Settings { get; init; } = new();
    }

    public static Command Create(CommandContext context)
    {
        var max = new Option<string?>("--max") { Description = "remove the caches used longest ago until all use no more than this, such as 200GB", HelpName = "SIZE" };
        var older = new Option<string?>("--older-than")
        {
            Description = "remove only caches not used for this long, such as 14d (default with --max: 1d)", HelpName = "TIME",
        };
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "show what would be removed, and change nothing" };
        var yes = new Option<bool>("--yes", "-y") { Description = "do not ask" };
        var json = new Option<bool>("--json") { Description = "print a JSON report" };
        var command = new DocumentedCommand("prune", "Remove staged caches from scratch that were not used for long. Sources are never touched.")
        {
            Examples = ["ferry prune --max 200GB --dry-run", "ferry prune --older-than 14d --yes"],
            ExitCodes = "0 done, or nothing to do; 1 something could not be removed; 2 wrong usage or configuration, or nobody to ask",
        };
        foreach (var option in (ReadOnlySpan<Option>)[max, older, dryRun, yes, json])
        {
            command.Options.Add(option);
        }

        var settings = new SettingOptions();
        settings.AddTo(command);
        command.SetAction(parsed => Run(
            new Options
            {
                Prune = ReadLimits(parsed.GetValue(max), parsed.GetValue(older)),
                DryRun = parsed.GetValue(dryRun),
                Yes = parsed.GetValue(yes),
                Json = parsed.GetValue(json),
                Settings = settings.Read(parsed),
            },
            context));
        return command;
    }

    internal static int Run(Options options, CommandContext context)
    {
        var config = ConfigLoader.Load(context.Environment, context.Files, options.Settings);
        var settings = new SettingsResolver(config, context.Environment, context.Files).Resolve();
        CommandNotes.Print(context, config, settings);
        using var reporter = new TransferReporter(context, settings.Caches, verbose: false, quiet: false);
        var prune = new CachePrune(settings, options.Prune, reporter, context.Time, context.Processes, context.Cancellation.Token);
        var plan = prune.Plan();
        if (!options.Json)
        {
            PruneText.WritePlan(plan, options.Prune, context);
        }

        var reports = options.DryRun || !IsAgreed(options, plan, context) ? [] : Remove(prune, plan, reporter);
        Record(reports, context);
        if (options.Json)
        {
            PruneJson.Write(plan, reports, context.OutBytes);
        }

        return reports.TrueForAll(static report => report.IsGood) ? ExitCodes.Ok : ExitCodes.Failure;
    }

    private static List<PruneReport> Remove(CachePrune prune, PrunePlan plan, TransferReporter reporter)
    {
        var reports = new List<PruneReport>();
        foreach (var candidate in plan.Candidates.Where(static candidate => candidate.Verdict == PruneVerdict.Remove))
        {
            var report = prune.Remove(candidate);
            reports.Add(report);
            reporter.PrintResult(candidate.Cache, PruneText.Describe(report), !report.IsGood, report.Problems);
        }

        return reports;
    }

    private static bool IsAgreed(Options options, PrunePlan plan, CommandContext context)
    {
        if (options.Yes || plan.IsEmpty)
        {
            return true;
        }

        if (!context.IsInteractive)
        {
            throw new ConfigException("prune asks before it removes anything, and there is no terminal to ask at; pass --yes or --dry-run");
        }

        return Question.Confirm(context, $"Remove {ByteText.Of(plan.RemovedBytes)} from scratch? The sources keep everything.", byDefault: false);
    }

    private static void Record(List<PruneReport> reports, CommandContext context) => CommandHistory.Append(
        context,
        [.. reports.Where(static report => report.Candidate.Verdict == PruneVerdict.Remove).Select(report => new HistoryEntry
        {
            At = context.Time.GetUtcNow(),
            Command = "prune",
            Cache = report.Candidate.Cache.Name,
            Outcome = PruneJson.Outcome(report),
            Files = report.Files,
            Bytes = report.Bytes,
            Elapsed = report.Elapsed,
        })]);

    private static PruneOptions ReadLimits(string? max, string? older)
    {
        if (max is null && older is null)
        {
            throw new ConfigException("say what may stay: --max SIZE, such as 200GB, or --older-than TIME, such as 14d; see 'ferry prune --help'");
        }

        return new PruneOptions
        {
            MaxBytes = max is null ? null : ByteCount.TryParse(max, out var bytes) ? bytes
                : throw new ConfigException($"--max must be a size such as 200GB or 1TiB, not '{Printable.Shorten(max)}'"),
            OlderThan = older is null ? null : Duration.TryParse(older, out var age) ? age
                : throw new ConfigException($"--older-than must be a duration such as 14d or 12h, not '{Printable.Shorten(older)}'"),
        };
    }
}

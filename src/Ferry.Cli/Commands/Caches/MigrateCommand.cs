using System.CommandLine;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Editing;
using Ferry.Cli.Output;
using Ferry.Workloads.Caches.History;
using Ferry.Workloads.Caches.Migration;

namespace Ferry.Cli.Commands;

/// <summary><c>ferry migrate</c>: moves the persistent directory of a cache, and the configuration with it.</summary>
internal static class MigrateCommand
{
    /// <summary>What the command line says.</summary>
    internal sealed record Options
    {
        /// <summary>The cache; null: ask.</summary>
        public string? What { get; init; }

        /// <summary>The new directory; null: ask, or go on with a move that was begun.</summary>
        public string? To { get; init; }

        public bool DryRun { get; init; }

        /// <summary>Keep the old directory.</summary>
        public bool NoDelete { get; init; }

        /// <summary>Do not ask.</summary>
        public bool Yes { get; init; }

        /// <summary>Leave a link to the new directory in place of the old one.</summary>
        public bool LeaveLink { get; init; }

        public bool Json { get; init; }
    }

    public static Command Create(CommandContext context)
    {
        var what = new Argument<string?>("WHAT") { Description = "the cache to move; asked for if omitted", Arity = ArgumentArity.ZeroOrOne };
        var to = new Option<string?>("--to") { Description = "the new directory itself; the one above it must exist", HelpName = "PATH" };
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "show what would be done, and change nothing" };
        var noDelete = new Option<bool>("--no-delete") { Description = "keep the old directory" };
        var yes = new Option<bool>("--yes", "-y") { Description = "do not ask before the old directory is deleted" };
        var leaveLink = new Option<bool>("--leave-link") { Description = "leave a link to the new directory in place of the old one" };
        var json = new Option<bool>("--json") { Description = "print a JSON report" };
        var command = new DocumentedCommand("migrate", "Move the persistent directory of a cache: copy, prove, switch the configuration, delete the old one.")
        {
            Examples = ["ferry migrate HF_HOME --to /project/ml/huggingface", "ferry migrate HF_HOME --to /project/ml/huggingface --dry-run", "ferry migrate HF_HOME --to /project/ml/huggingface --yes --leave-link"],
            ExitCodes = "0 moved, or there already; 1 failed, or something in the old directory is new or has changed and was kept; 2 wrong usage, or nobody agreed",
        };
        command.Arguments.Add(what);
        foreach (var option in (ReadOnlySpan<Option>)[to, dryRun, noDelete, yes, leaveLink, json])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed => Run(
            new Options
            {
                What = parsed.GetValue(what),
                To = parsed.GetValue(to),
                DryRun = parsed.GetValue(dryRun),
                NoDelete = parsed.GetValue(noDelete),
                Yes = parsed.GetValue(yes),
                LeaveLink = parsed.GetValue(leaveLink),
                Json = parsed.GetValue(json),
            },
            context));
        return command;
    }

    internal static int Run(Options options, CommandContext context)
    {
        if (options is { LeaveLink: true, NoDelete: true })
        {
            throw new ConfigException("--leave-link and --no-delete cannot go together: the old directory has the name that the link would have");
        }

        var config = ConfigLoader.Load(context.Environment, context.Files, new ConfigFlags());
        foreach (var note in config.Notes)
        {
            context.Error.WriteLine($"ferry: {note}");
        }

        var resolver = new SettingsResolver(config, context.Environment, context.Files);
        var entry = MigrationChoice.Choose(config, options.What, context);
        var cache = resolver.Resolve(entry);
        SourceSwitch.Check(context, entry);
        using var reporter = new TransferReporter(context, [cache], verbose: false, quiet: false);
        var session = new MigrationSession
        {
            Cache = cache,
            Transfer = config.ToTransferOptions(),
            StateDirectory = new StateFiles(context.Environment).Directory,
            CacheRootPath = resolver.TryResolveCacheRoot(),
            Observer = reporter,
            Time = context.Time,
            Cancellation = context.Cancellation.Token,
        };
        try
        {
            var to = MigrationChoice.Destination(options, CacheMigration.Destination(session), cache, context);
            if (options is { DryRun: false, NoDelete: false, Yes: false } && !context.IsInteractive)
            {
                throw new ConfigException("migrate deletes the old directory, and there is nobody to ask; pass --yes, or --no-delete to keep it");
            }

            using var migration = CacheMigration.Begin(session, to, options.DryRun);
            return Migrate(migration, session, MigrationChoice.Inside(migration, config, resolver, cache), reporter, options, context);
        }
        catch (MigrationRefusedException e)
        {
            throw new ConfigException($"{cache.Name}: {e.Message}");
        }
    }

    private static int Migrate(
        CacheMigration migration, MigrationSession session, List<(string Cache, string To)> inside, TransferReporter reporter, Options options, CommandContext context)
    {
        var report = new MigrationReport();
        if (migration.IsDone)
        {
            context.Error.WriteLine($"ferry: {session.Cache.Name} is in {migration.To} already; nothing to do");
            if (options.Json)
            {
                MigrationJson.Write(report with { Outcome = MigrationOutcome.Migrated }, session.Cache.Name, migration, context.OutBytes);
            }

            return ExitCodes.Ok;
        }

        if (migration.IsCopied)
        {
            WriteLines(MigrationText.Continues(session.Cache.Name, migration), context);
        }
        else
        {
            var (totals, work, lacking) = migration.Plan();
            report = report with { Totals = totals, Error = lacking };
            WriteLines(MigrationText.Plan(session.Cache.Name, migration, totals, work, inside), context);
        }

        if (report.Error is not null || options.DryRun)
        {
            return Finish(report.Error is null ? report : report with { Outcome = MigrationOutcome.Failed }, migration, session, reporter, options, context);
        }

        if (options is { NoDelete: false, Yes: false } && !Question.Confirm(context, MigrationText.Question(migration), byDefault: false))
        {
            context.Error.WriteLine("ferry: nothing was changed");
            return ExitCodes.Usage;
        }

        report = migration.Run(
            !options.NoDelete,
            options.LeaveLink,
            () =>
            {
                // Its own last: that is what tells that all are switched.
                inside.ForEach(other => SourceSwitch.Apply(context, other.Cache, other.To));
                reporter.Note(session.Cache, $"{SourceSwitch.Apply(context, session.Cache.Name, migration.To)} names the new directory now");
            },
            proven => CommandHistory.Append(context, [Entry(proven, migration, session, context)]));
        return Finish(report, migration, session, reporter, options, context);
    }

    private static int Finish(
        MigrationReport report, CacheMigration migration, MigrationSession session, TransferReporter reporter, Options options, CommandContext context)
    {
        var isGood = report.Outcome is MigrationOutcome.Planned or MigrationOutcome.Migrated;
        reporter.PrintResult(session.Cache, MigrationText.Result(report, migration, !options.NoDelete), !isGood, report.Problems);
        if (report.Outcome is MigrationOutcome.Migrated or MigrationOutcome.Kept)
        {
            var steps = MigrationText.NextSteps(report, session.Cache.Name, migration, options.LeaveLink, context.Environment.Get(session.Cache.Name));
            WriteLines(steps.Select(static line => "ferry: " + line), context);
        }

        if (options.Json)
        {
            MigrationJson.Write(report, session.Cache.Name, migration, context.OutBytes);
        }

        return isGood ? ExitCodes.Ok : ExitCodes.Failure;
    }

    private static void WriteLines(IEnumerable<string> lines, CommandContext context)
    {
        foreach (var line in lines)
        {
            context.Error.WriteLine(line);
        }
    }

    private static HistoryEntry Entry(MigrationReport report, CacheMigration migration, MigrationSession session, CommandContext context) => new()
    {
        At = context.Time.GetUtcNow(),
        Command = "migrate",
        Cache = session.Cache.Name,
        Outcome = MigrationJson.Outcome(report.Outcome),
        Files = report.Totals.Files,
        Bytes = report.Totals.Bytes,
        Elapsed = report.Elapsed,
        From = migration.From,
        To = migration.To,
    };
}

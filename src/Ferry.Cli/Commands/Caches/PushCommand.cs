using System.CommandLine;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Output;
using Ferry.Core.Pushing;
using Ferry.Workloads.Caches.History;
using Ferry.Workloads.Caches.Push;

namespace Ferry.Cli.Commands;

/// <summary><c>ferry push</c>: brings what jobs changed on scratch back to the sources.</summary>
internal static class PushCommand
{
    /// <summary>What <c>--conflict</c> may say, by the values of <see cref="ConflictPolicy"/>.</summary>
    public static readonly string[] ConflictWords = ["fail", "both", "newer", "scratch", "source"];

    /// <summary>What the command line says.</summary>
    internal sealed record Options
    {
        public CachePushOptions Push { get; init; } = new();

        /// <summary>Variables to push, disabled ones too; empty: all that are enabled.</summary>
        public IReadOnlyList<string> Variables { get; init; } = [];

        public bool Verbose { get; init; }

        public bool Quiet { get; init; }

        public bool Json { get; init; }

        /// <summary>Settings for this run.</summary>
        public ConfigFlags Settings { get; init; } = new();
    }

    public static Command Create(CommandContext context)
    {
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "show what would be brought back, and change nothing" };
        var variables = new Option<string[]>("--var") { Description = "only this cache, even if it is disabled; may be repeated", HelpName = "VAR" };
        var conflict = new Option<string?>("--conflict")
        {
            Description = "what to do with files changed on both sides: fail (default) leaves them, both keeps both in the source, newer, scratch and "
                + "source say which wins; the other version is kept on scratch",
            HelpName = "HOW",
            CompletionSources = { ConflictWords },
        };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "name every file and warning" };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "only warnings and errors" };
        var json = new Option<bool>("--json") { Description = "print a JSON report" };
        var command = new DocumentedCommand("push", "Bring what was changed on scratch back to the sources. Removes nothing there.")
        {
            Examples = ["ferry push --dry-run", "ferry push", "ferry push --var HF_HOME --conflict both"],
            ExitCodes = "0 scratch has nothing that the sources lack; 1 something is on scratch only; 2 wrong usage or configuration",
        };
        foreach (var option in (ReadOnlySpan<Option>)[dryRun, variables, conflict, verbose, quiet, json])
        {
            command.Options.Add(option);
        }

        var settings = new SettingOptions();
        settings.AddTo(command);
        command.SetAction(parsed => Run(
            new Options
            {
                Push = new CachePushOptions { DryRun = parsed.GetValue(dryRun), Conflicts = ReadPolicy(parsed.GetValue(conflict)) },
                Variables = parsed.GetValue(variables) ?? [],
                Verbose = parsed.GetValue(verbose),
                Quiet = parsed.GetValue(quiet),
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
        var caches = CacheChoice.Choose(settings, options.Variables);
        CommandNotes.Print(context, config, settings);

        CachePushReport[] reports;
        using (var reporter = new PushReporter(context, caches, options.Verbose, options.Quiet))
        {
            reports = CachePushRun.Run(settings, caches, options.Push, reporter, context.Time, context.Processes, context.Cancellation.Token);
        }

        if (!options.Push.DryRun)
        {
            Record(reports, context);
        }

        if (options.Json)
        {
            PushJson.Write(reports, context.OutBytes);
        }

        return Array.TrueForAll(reports, static report => report.Outcome != PushOutcome.Failed) ? ExitCodes.Ok : ExitCodes.Failure;
    }

    /// <summary>A push that found nothing to do leaves no trace.</summary>
    internal static void Record(CachePushReport[] reports, CommandContext context) => CommandHistory.Append(
        context,
        Array.ConvertAll(
            Array.FindAll(reports, static report => report.Outcome is PushOutcome.Pushed or PushOutcome.Failed),
            report => new HistoryEntry
            {
                At = context.Time.GetUtcNow(),
                Command = "push",
                Cache = report.Cache.Name,
                Outcome = PushJson.Outcome(report.Outcome),
                Files = report.Files,
                Bytes = report.Bytes,
                Elapsed = report.Elapsed,
            }));

    private static ConflictPolicy ReadPolicy(string? word)
    {
        var index = word is null ? 0 : Array.IndexOf(ConflictWords, word);
        return index >= 0 ? (ConflictPolicy)index : throw new ConfigException(
            $"--conflict must be {string.Join(", ", ConflictWords[..^1])} or {ConflictWords[^1]}, not '{Printable.Shorten(word!)}'{NearestName.Hint(word!, ConflictWords)}");
    }
}

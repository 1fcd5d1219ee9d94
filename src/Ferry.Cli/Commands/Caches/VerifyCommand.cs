using System.CommandLine;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Values;
using Ferry.Cli.Output;
using Ferry.Core.Verifying;
using Ferry.Workloads.Caches.History;
using Ferry.Workloads.Caches.Verification;

namespace Ferry.Cli.Commands;

/// <summary><c>ferry verify</c>: re-reads what is staged and compares it with what was copied.</summary>
internal static class VerifyCommand
{
    /// <summary>What the command line says.</summary>
    internal sealed record Options
    {
        /// <summary>Variables to verify, disabled ones too; empty: all that are enabled.</summary>
        public IReadOnlyList<string> Variables { get; init; } = [];

        /// <summary>Fetch wrong files again.</summary>
        public bool Repair { get; init; }

        public ContentScope Scope { get; init; } = ContentScope.All;

        public bool Verbose { get; init; }

        public bool Quiet { get; init; }

        public bool Json { get; init; }

        /// <summary>Settings for this run.</summary>
        public ConfigFlags Settings { get; init; } = new();
    }

    public static Command Create(CommandContext context)
    {
        var variables = new Option<string[]>("--var") { Description = "only this cache, even if it is disabled; may be repeated", HelpName = "VAR" };
        var repair = new Option<bool>("--repair") { Description = "fetch from the source what is wrong or missing, and nothing that is right" };
        var sample = new Option<string?>("--sample") { Description = "only the n-th of t parts: 1/7 today, 2/7 tomorrow, and so on", HelpName = "N/T" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "name every wrong file" };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "only what is wrong" };
        var json = new Option<bool>("--json") { Description = "print a JSON report" };
        var command = new DocumentedCommand("verify", "Re-read what is staged, past the page cache, and compare it with the digests of what was copied.")
        {
            Examples = ["ferry verify", "ferry verify --var HF_HOME --repair", "ferry verify --sample 1/7"],
            ExitCodes = "0 all that was read is right, or is again; 1 something is wrong, or a named cache is not staged; 2 wrong usage or configuration",
        };
        foreach (var option in (ReadOnlySpan<Option>)[variables, repair, sample, verbose, quiet, json])
        {
            command.Options.Add(option);
        }

        var settings = new SettingOptions();
        settings.AddTo(command);
        command.SetAction(parsed => Run(
            new Options
            {
                Variables = parsed.GetValue(variables) ?? [],
                Repair = parsed.GetValue(repair),
                Scope = SampleText.Read(parsed.GetValue(sample)),
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

        CacheVerifyReport[] reports;
        using (var reporter = new VerifyReporter(context, caches, options.Verbose, options.Quiet))
        {
            reports = CacheVerifyRun.Run(
                settings, caches, options.Scope, options.Repair, reporter, context.Time, context.Processes, context.Cancellation.Token);
        }

        Record(reports, context);
        if (options.Json)
        {
            VerifyJson.Write(reports, context.OutBytes);
        }

        var mayBeMissing = options.Variables.Count == 0;
        return Array.TrueForAll(reports, report => report.Outcome is VerifyOutcome.Good or VerifyOutcome.Repaired
            || (report.Outcome == VerifyOutcome.NotStaged && mayBeMissing)) ? ExitCodes.Ok : ExitCodes.Failure;
    }

    private static void Record(CacheVerifyReport[] reports, CommandContext context) => CommandHistory.Append(
        context,
        Array.ConvertAll(Array.FindAll(reports, static report => report.Outcome != VerifyOutcome.NotStaged), report => new HistoryEntry
        {
            At = context.Time.GetUtcNow(),
            Command = "verify",
            Cache = report.Cache.Name,
            Outcome = VerifyJson.Outcome(report.Outcome),
            Files = report.Files,
            Bytes = report.Bytes,
            Elapsed = report.Elapsed,
        }));
}

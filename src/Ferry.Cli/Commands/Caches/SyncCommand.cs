using System.CommandLine;
using System.Text;
using Ferry.Cli.Config;
using Ferry.Cli.Output;
using Ferry.Cli.Shell;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.History;
using Ferry.Workloads.Caches.Sync;

namespace Ferry.Cli.Commands;

/// <summary><c>ferry sync</c>: brings the caches to scratch and prints the exports.</summary>
internal static class SyncCommand
{
    /// <summary>What the command line says.</summary>
    internal sealed record Options
    {
        public SyncOptions Sync { get; init; } = new();

        /// <summary>Variables to sync, disabled ones too; empty: all that are enabled.</summary>
        public IReadOnlyList<string> Variables { get; init; } = [];

        public string? Shell { get; init; }

        public bool Verbose { get; init; }

        public bool Quiet { get; init; }

        public bool Json { get; init; }

        /// <summary>Settings for this run.</summary>
        public ConfigFlags Settings { get; init; } = new();
    }

    public static Command Create(CommandContext context)
    {
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "show what would be copied, and change nothing" };
        var force = new Option<bool>("--force") { Description = "compare with the source even if the cache is fresh" };
        var variables = new Option<string[]>("--var") { Description = "only this cache, even if it is disabled; may be repeated", HelpName = "VAR" };
        var delete = new Option<bool>("--delete") { Description = "remove from scratch what was staged and is gone from the source" };
        var verify = new Option<bool>("--verify") { Description = "re-read everything staged, compare its digests, repair what differs" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "name every warning, and say more" };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "only warnings and errors" };
        var shell = new Option<string?>("--shell") { Description = "write exports for bash, zsh, fish or tcsh (default: the shell that runs ferry)", HelpName = "SHELL" };
        var json = new Option<bool>("--json") { Description = "print a JSON report instead of exports" };
        var command = new DocumentedCommand("sync", "Bring the caches to scratch and print the exports for the shell to evaluate.")
        {
            Examples = ["eval \"$(ferry sync)\"", "ferry sync --shell fish | source", "ferry sync --dry-run --var HF_HOME"],
            ExitCodes = "0 every cache is complete; 1 a cache failed and is not exported; 2 wrong usage or configuration",
        };
        foreach (var option in (ReadOnlySpan<Option>)[dryRun, force, variables, delete, verify, verbose, quiet, shell, json])
        {
            command.Options.Add(option);
        }

        var settings = new SettingOptions();
        settings.AddTo(command);
        command.SetAction(parsed => Run(
            new Options
            {
                Sync = new SyncOptions
                {
                    DryRun = parsed.GetValue(dryRun),
                    Force = parsed.GetValue(force),
                    Delete = parsed.GetValue(delete),
                    Verify = parsed.GetValue(verify),
                },
                Variables = parsed.GetValue(variables) ?? [],
                Shell = parsed.GetValue(shell),
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
        var shell = options.Shell is null ? ShellKinds.Detect(context.Environment) : ShellKinds.Parse(options.Shell);
        var config = ConfigLoader.Load(context.Environment, context.Files, options.Settings);
        var settings = new SettingsResolver(config, context.Environment, context.Files).Resolve();
        var caches = CacheChoice.Choose(settings, options.Variables);
        CommandNotes.Print(context, config, settings);

        CacheSyncReport[] reports;
        using (var reporter = new SyncReporter(context, caches, options.Verbose, options.Quiet))
        {
            reports = CacheSyncRun.Run(
                settings, caches, options.Sync, reporter, context.Time, context.Processes, context.Cancellation.Token);
        }

        if (!options.Sync.DryRun)
        {
            Record(reports, context);
        }

        if (options.Json)
        {
            SyncJson.Write(reports, context.OutBytes);
        }
        else if (!options.Sync.DryRun)
        {
            WriteExports(reports, shell, context.OutBytes);
        }

        return Array.TrueForAll(reports, static report => report is { Outcome: not SyncOutcome.Failed, Error: null }) ? ExitCodes.Ok : ExitCodes.Failure;
    }

    /// <summary>A fresh cache leaves no trace: jobs ask for it by the thousand, and the answer is to be quick.</summary>
    private static void Record(CacheSyncReport[] reports, CommandContext context)
    {
        var told = Array.FindAll(reports, static report => report.Outcome != SyncOutcome.Fresh);
        if (told.Length > 0)
        {
            CommandHistory.Append(context, Array.ConvertAll(told, report => new HistoryEntry
            {
                At = context.Time.GetUtcNow(),
                Command = "sync",
                Cache = report.Cache.Name,
                Outcome = SyncJson.Outcome(report.Outcome),
                Files = report.Files,
                Bytes = report.Bytes,
                Elapsed = report.Elapsed,
            }));
        }
    }

    private static void WriteExports(CacheSyncReport[] reports, ShellKind shell, Stream output)
    {
        // In one write: a shell gets all exports or, if it went away, none.
        using var text = new MemoryStream();
        Array.Sort(reports, static (a, b) => string.CompareOrdinal(a.Cache.Name, b.Cache.Name));
        foreach (var report in reports)
        {
            if (report.IsExported)
            {
                ShellExport.Write(shell, text, report.Cache.Name, Encoding.UTF8.GetBytes(report.Target));
            }
        }

        output.Write(text.ToArray());
        output.Flush();
    }
}

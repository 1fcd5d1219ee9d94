using System.CommandLine;
using System.CommandLine.Parsing;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Config.Values;
using Ferry.Cli.Output;
using Ferry.Core.Processes;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Run;
using Ferry.Workloads.Caches.Sync;

namespace Ferry.Cli.Commands;

/// <summary><c>ferry run</c>: brings the caches to scratch, runs a command with them, and brings back what it wrote.</summary>
internal static class RunCommand
{
    /// <summary>What the command line says.</summary>
    internal sealed record Options
    {
        /// <summary>The command's name or path, and its arguments.</summary>
        public required IReadOnlyList<byte[]> Command { get; init; }

        /// <summary>Bring back what the command wrote.</summary>
        public bool Push { get; init; }

        /// <summary><c>auto</c> or a duration; null when not given.</summary>
        public string? Deadline { get; init; }

        /// <summary>Run the command even if a cache failed.</summary>
        public bool KeepGoing { get; init; }

        /// <summary>Caches to sync, disabled ones too; empty: all that are enabled.</summary>
        public IReadOnlyList<string> Variables { get; init; } = [];

        public bool Verbose { get; init; }

        public bool Quiet { get; init; }

        /// <summary>Settings for this run.</summary>
        public ConfigFlags Settings { get; init; } = new();
    }

    public static Command Create(CommandContext context)
    {
        var push = new Option<bool>("--push") { Description = "afterwards, bring what CMD wrote back to the sources" };
        var deadline = new Option<string?>("--deadline")
        {
            Description = "time to end CMD and push after a signal, or to push after CMD's end: auto (from Slurm, else 28s) or such as 2m",
            HelpName = "TIME",
        };
        var keepGoing = new Option<bool>("--keep-going") { Description = "run CMD even if a cache failed, with its variable as it is" };
        var variables = new Option<string[]>("--var") { Description = "only this cache, even if it is disabled; may be repeated", HelpName = "VAR" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "name every warning, and say more" };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "only warnings and errors" };
        var words = new Argument<string[]>("CMD") { Description = "after --: the command to run, with its arguments", Arity = ArgumentArity.ZeroOrMore };
        var command = new DocumentedCommand("run", "Bring the caches to scratch, run a command with the variables set, and push what it wrote.")
        {
            Examples = ["ferry run -- python train.py", "ferry run --push -- python train.py", "ferry run --push --deadline 2m --var HF_HOME -- ./job.sh"],
            ExitCodes = "CMD's own, 128+n when signal n ended it; 126 CMD cannot be run; 127 there is no CMD; "
                + "1 a cache failed and CMD was not run, or CMD ended with 0 and something was not pushed; 2 wrong usage or configuration",
        };
        foreach (var option in (ReadOnlySpan<Option>)[push, deadline, keepGoing, variables, verbose, quiet])
        {
            command.Options.Add(option);
        }

        command.Arguments.Add(words);
        var settings = new SettingOptions();
        settings.AddTo(command);
        command.SetAction(parsed => Run(
            new Options
            {
                Command = CommandOf(parsed, parsed.GetValue(words) ?? [], context.Environment),
                Push = parsed.GetValue(push),
                Deadline = parsed.GetValue(deadline),
                KeepGoing = parsed.GetValue(keepGoing),
                Variables = parsed.GetValue(variables) ?? [],
                Verbose = parsed.GetValue(verbose),
                Quiet = parsed.GetValue(quiet),
                Settings = settings.Read(parsed),
            },
            context));
        return command;
    }

    internal static int Run(Options options, CommandContext context)
    {
        var deadline = DeadlineOf(options, context.Environment);
        var config = ConfigLoader.Load(context.Environment, context.Files, options.Settings);
        var settings = new SettingsResolver(config, context.Environment, context.Files).Resolve();
        var caches = CacheChoice.Choose(settings, options.Variables);
        CommandNotes.Print(context, config, settings);

        var start = ProcessStart.Capture();
        var reports = Sync(options, settings, caches, context);
        var failed = reports.Count(static report => !report.IsExported);
        if (failed > 0 && !options.KeepGoing)
        {
            context.Error.WriteLine($"ferry: {SyncText.Count(failed, "cache")} failed, and the command was not run; --keep-going runs it all the same");
            return ExitCodes.Failure;
        }

        CacheDefinition[] staged = [.. reports.Where(static report => report.IsExported).Select(static report => report.Cache)];
        using var session = new RunSession(options, context, settings, staged, deadline);
        return session.Run(start);
    }

    private static CacheSyncReport[] Sync(Options options, CacheSettings settings, CacheDefinition[] caches, CommandContext context)
    {
        using var reporter = new SyncReporter(context, caches, options.Verbose, options.Quiet);
        return CacheSyncRun.Run(settings, caches, new SyncOptions(), reporter, context.Time, context.Processes, context.Cancellation.Token);
    }

    /// <summary>The command as the bytes that were given: as text they may have lost something.</summary>
    private static byte[][] CommandOf(ParseResult parsed, string[] words, IHostEnvironment environment)
    {
        if (!parsed.Tokens.Any(static token => token.Type == TokenType.DoubleDash))
        {
            throw new ConfigException("run: the command to run goes after '--', as in 'ferry run -- python train.py'");
        }

        if (words.Length == 0)
        {
            throw new ConfigException("run: there is no command after '--'; for example 'ferry run -- python train.py'");
        }

        var all = environment.RawArguments;
        return [.. all.Skip(all.Count - words.Length)];
    }

    private static RunDeadline DeadlineOf(Options options, IHostEnvironment environment)
    {
        if (options is { Deadline: not null, Push: false })
        {
            throw new ConfigException("--deadline: only with --push");
        }

        if (options.Deadline is null or "auto")
        {
            return new RunDeadline { JobEnd = SlurmJob.EndOf(environment) };
        }

        if (!Duration.TryParse(options.Deadline, out var duration))
        {
            throw new ConfigException($"--deadline {Printable.Shorten(options.Deadline)}: not a time; write auto, or for example 90s or 2m");
        }

        return duration > TimeSpan.Zero
            ? new RunDeadline { Duration = duration }
            : throw new ConfigException("--deadline 0: nothing could be pushed; leave out --push instead");
    }
}

using System.CommandLine;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Config.Values;
using Ferry.Cli.Output;
using Ferry.Workloads.Caches.Doctor;

namespace Ferry.Cli.Commands;

/// <summary><c>ferry doctor</c>: looks at scratch, the sources and the machine, and says what Ferry makes of what it finds.</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan s_longestLimit = TimeSpan.FromMinutes(10);

    /// <summary>What the command line says.</summary>
    internal sealed record Options
    {
        /// <summary>Variables whose sources are looked at, disabled ones too; empty: all that are enabled.</summary>
        public IReadOnlyList<string> Variables { get; init; } = [];

        /// <summary>How long a probe may take, as written; null: as built in.</summary>
        public string? Timeout { get; init; }

        public bool Json { get; init; }

        public ConfigFlags Settings { get; init; } = new();
    }

    public static Command Create(CommandContext context)
    {
        var variables = new Option<string[]>("--var") { Description = "only this cache, even if it is disabled; may be repeated", HelpName = "VAR" };
        var timeout = new Option<string?>("--timeout") { Description = "how long to wait for each answer of a file system (default: 10s)", HelpName = "TIME" };
        var json = new Option<bool>("--json") { Description = "print JSON" };
        var command = new DocumentedCommand("doctor", "Look at scratch, sources and machine, and say what is amiss and what to do.")
        {
            Examples = ["ferry doctor", "ferry doctor --var HF_HOME --scratch /tmp", "ferry doctor --json"],
            ExitCodes = "0 no problem; 1 a sync or a push would fail or lose data; 2 wrong usage, or no valid configuration",
        };
        command.Options.Add(variables);
        command.Options.Add(timeout);
        command.Options.Add(json);
        var settings = new SettingOptions();
        settings.AddTo(command);
        command.SetAction(parsed => Run(
            new Options
            {
                Variables = parsed.GetValue(variables) ?? [],
                Timeout = parsed.GetValue(timeout),
                Json = parsed.GetValue(json),
                Settings = settings.Read(parsed),
            },
            context));
        return command;
    }

    internal static int Run(Options options, CommandContext context)
    {
        var plan = new DoctorPlan(context, options.Settings, LimitOf(options.Timeout));
        var subject = plan.Make(options.Variables);
        List<Finding> findings = [.. plan.Findings, .. CacheDoctor.Run(subject, context.Time, context.Processes, context.Cancellation.Token)];
        if (options.Json)
        {
            DoctorJson.Write(findings, context.OutBytes);
        }
        else
        {
            new DoctorText(context).Write(findings);
        }

        return plan.IsInvalid ? ExitCodes.Usage
            : findings.Exists(static finding => finding.Severity == FindingSeverity.Problem) ? ExitCodes.Failure
            : ExitCodes.Ok;
    }

    private static TimeSpan LimitOf(string? text)
    {
        if (text is null)
        {
            return DoctorSubject.DefaultTimeLimit;
        }

        return Duration.TryParse(text, out var limit) && limit > TimeSpan.Zero && limit <= s_longestLimit
            ? limit
            : throw new ConfigException($"--timeout must be a duration from 1s to {Duration.Format(s_longestLimit)}, not '{Printable.Shorten(text)}'");
    }
}

using System.CommandLine;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Output;
using Ferry.Workloads.Mirror;
using Ferry.Workloads.Mirror.Receipts;
using Ferry.Workloads.Mirror.Remote;

namespace Ferry.Cli.Commands;

/// <summary><c>ferry mirror</c>: copies a tree and proves the copy.</summary>
internal static class MirrorCommand
{
    public static Command Create(CommandContext context)
    {
        var source = new Argument<string>("SRC") { Description = "the tree to mirror, here or as host:/path" };
        var target = new Argument<string?>("DST") { Description = "where to, here or as host:/path; --step make-manifest needs none, and --step verify without it verifies SRC", Arity = ArgumentArity.ZeroOrOne };
        var command = new DocumentedCommand("mirror", "Copy a tree with a manifest of hashes, and prove that every byte arrived.")
        {
            Examples =
            [
                "ferry mirror /mnt/disk/run42 /data/run42",
                "ferry mirror --step verify --repair /mnt/disk/run42 /data/run42",
                "ferry mirror --bagit /mnt/disk/run42 /archive/run42-bag",
                "ferry mirror /data/run42 backup:/archive/run42",
                "ferry mirror --step make-manifest --manifest - /data/run42 | gzip > run42.b3.gz",
            ],
            ExitCodes = "0 all is right; 1 the destination differs from the manifest; 2 wrong usage, or something could not be read or written",
        };
        command.Arguments.Add(source);
        command.Arguments.Add(target);
        var options = new MirrorSettings(context.Environment);
        options.AddTo(command);
        command.SetAction(parsed => Run(options.Read(parsed, parsed.GetValue(source)!, parsed.GetValue(target)), context));
        return command;
    }

    internal static int Run(MirrorSettings.Choice choice, CommandContext context)
    {
        if (choice.Options.Delete && !choice.Options.DryRun && !choice.IsConfirmed && !Confirm(choice.Options, context))
        {
            return ExitCodes.Usage;
        }

        try
        {
            MirrorReport report;
            using (var reporter = new MirrorReporter(context, choice.IsVerbose, choice.IsQuiet))
            {
                report = MirrorRun.Run(choice.Options, SessionFor(context, reporter));
                reporter.Print(choice.Options, report);
            }

            if (choice.Options is { Receipt: { } receipt, DryRun: false })
            {
                MirrorReceipt.Write(receipt, choice.Options, report, ProgramVersion.Text);
            }

            if (choice.IsJson)
            {
                MirrorJson.Write(choice.Options, report, context.OutBytes);
            }

            return report.Outcome switch
            {
                MirrorOutcome.Good => ExitCodes.Ok,
                MirrorOutcome.Differs => ExitCodes.Failure,
                _ => ExitCodes.Usage,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException or FormatException)
        {
            throw new ConfigException(e.Message.ReplaceLineEndings(" "), ExitCodes.Usage);
        }
    }

    private static bool Confirm(MirrorOptions options, CommandContext context) => context.IsInteractive
        ? Question.Confirm(context, $"Remove from {Printable.Shorten(options.Target!)} whatever {Printable.Shorten(options.Source)} does not have?", byDefault: false)
        : throw new ConfigException("--delete removes files and nobody can be asked here: look with --dry-run, then add --yes");

    private static MirrorSession SessionFor(CommandContext context, IMirrorObserver observer) => new()
    {
        Observer = observer,
        Time = context.Time,
        Processes = context.Processes,
        Shell = () => RemoteShell.Parse(context.Environment.Get("RSYNC_RSH"), context.IsInteractive),
        StateDirectory = Path.Join(new StateFiles(context.Environment).Directory, "mirrors"),
        Input = context.InBytes,
        Output = context.OutBytes,
        SoftwareAgent = "ferry " + ProgramVersion.Text,
        Cancellation = context.Cancellation.Token,
    };
}

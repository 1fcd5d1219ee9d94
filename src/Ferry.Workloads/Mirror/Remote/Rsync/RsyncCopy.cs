using System.Globalization;
using Ferry.Core.Processes;
using Ferry.Core.Progress;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>
/// Copies a tree with the system's rsync: for other machines, and for who asks for it. No exit code of rsync is taken for success that is not.
/// </summary>
public static class RsyncCopy
{
    /// <summary>
    /// Where rsync keeps what has arrived of a file when it is interrupted, to go on from there: beside the file, under a name that every walk of ferry
    /// passes over. Not <c>--inplace</c> or <c>--partial</c>, which give a final name to half a file.
    /// </summary>
    private const string PartialDirectory = ".ferry-tmp-rsync";

    private const string SecondsUntilGivenUp = "600";

    private static readonly Dictionary<string, string> s_environment = new()
    {
        // Messages are understood, and names of files are printed in ASCII.
        ["LC_ALL"] = "C",
    };

    /// <summary>Runs rsync to its end.</summary>
    /// <param name="options">What to copy.</param>
    /// <param name="processes">Runs tools.</param>
    /// <param name="progress">Counts files and bytes while they arrive. Its totals are left alone.</param>
    /// <param name="cancellation">Ends rsync; what has arrived of a file is kept.</param>
    /// <exception cref="RemoteException">rsync did not get so far that it could tell what is missing; the message says what to do.</exception>
    /// <exception cref="ToolNotFoundException">rsync is not installed here.</exception>
    /// <exception cref="IgnorePatternException">A pattern cannot be said to rsync.</exception>
    public static RsyncReport Run(RsyncOptions options, IProcessRunner processes, TransferProgress progress, CancellationToken cancellation)
    {
        var excludes = RsyncFilter.Translate(options.Excludes);
        var messages = new RsyncMessages(options.Source);
        var output = new RsyncOutput(progress, messages);
        var streams = new ToolStreams
        {
            Input = input => input.Write(excludes), Output = output.Read, ErrorLine = messages.AddError, Environment = s_environment,
        };
        progress.Phase = TransferPhase.Copying;
        var result = processes.Exchange("rsync", ArgumentsFor(options), streams, cancellation);
        if (result.ExitCode is not (0 or RsyncExit.Partial or RsyncExit.Vanished))
        {
            throw Failure(options, result.ExitCode, messages);
        }

        var isComplete = messages.Failures == 0 && (result.ExitCode != RsyncExit.Partial || (messages.LostAttributes > 0 && messages.Unnamed is null));
        return new RsyncReport
        {
            Files = output.Files, Bytes = output.Bytes, Deleted = output.Deleted, Updated = output.Updated, IsComplete = isComplete,
            ProblemsLeftOut = messages.LeftOut,
            Problems = isComplete || messages.Failures > 0 ? messages.Problems : [.. messages.Problems, Unnamed(options, messages)],
        };
    }

    /// <summary>
    /// As the native engine copies: hard links, lists, attributes and holes are kept, devices are not copied. Owners go by number on one machine, and
    /// by name to another, where a number may be somebody else's. Times are compared to the nanosecond.
    /// </summary>
    internal static List<string> ArgumentsFor(RsyncOptions options)
    {
        var arguments = new List<string>
        {
            "-aHAXS", "--no-devices", "--no-specials", "--protect-args", "--modify-window=-1",
            "--no-human-readable", "--outbuf=L", "--info=progress2",
            $"--out-format={RsyncOutput.Format}", "--from0", "--exclude-from=-",
        };
        if (MirrorEnd.RemoteOf(options.Source, options.Destination) is not null)
        {
            arguments.AddRange([$"--rsh={options.Shell.Text}", $"--partial-dir={PartialDirectory}", $"--timeout={SecondsUntilGivenUp}"]);
        }
        else
        {
            arguments.Add("--numeric-ids");
        }

        if (options.ComparesContents)
        {
            arguments.Add("--checksum");
        }

        if (options.Delete)
        {
            arguments.Add("--delete");
        }

        if (options.DryRun)
        {
            arguments.Add("--dry-run");
        }

        if (options.BandwidthLimit > 0)
        {
            // In units of 1024 bytes; 0 would be no limit.
            arguments.Add("--bwlimit=" + Math.Max(1, options.BandwidthLimit / 1024).ToString(CultureInfo.InvariantCulture));
        }

        arguments.AddRange(["--", options.Source.ToRsync(), options.Destination.ToRsync()]);
        return arguments;
    }

    private static EntryProblem Unnamed(RsyncOptions options, RsyncMessages messages) => new(
        ProblemKind.Failure, options.Destination.ToString(), "rsync did not transfer everything" + (messages.Unnamed is { } reason ? $": {reason}" : ""));

    private static RemoteException Failure(RsyncOptions options, int exitCode, RsyncMessages messages)
    {
        var remote = MirrorEnd.RemoteOf(options.Source, options.Destination);
        var where = remote?.Place ?? options.Destination.Place;
        // Whether the exit code is then that of the shell there, of ssh or of the broken pipe is chance.
        var what = messages.HasForeign ? $"{messages.Reason} (rsync: exit code {exitCode})"
            : $"rsync failed (exit code {exitCode}): {RsyncExit.Describe(exitCode)}" + (messages.Reason is { } reason ? $": {reason}" : "");
        var advice = remote is not null && (messages.HasForeign || exitCode is 5 or 126 or 127 or RsyncExit.NoConnection)
            ? $"try: {options.Shell.Program} {remote.Login} rsync --version" : Advice(exitCode);
        return new RemoteException($"{where}: {what}; {advice}");
    }

    private static string Advice(int exitCode) => exitCode switch
    {
        10 or 12 or 30 => "run the same command again, it goes on where it stopped",
        2 => "the shell there must print nothing when it logs in, and rsync must be 3.0 or newer",
        1 or 4 => "rsync must be 3.1 or newer on both sides, with support for ACLs and extended attributes",
        3 or 11 => "make room or set the rights, then run the same command again",
        _ => "run the same command again",
    };
}

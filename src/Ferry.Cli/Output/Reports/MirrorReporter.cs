using Ferry.Core.Linux;
using Ferry.Core.Progress;
using Ferry.Core.Walking;
using Ferry.Workloads.Mirror;

namespace Ferry.Cli.Output;

/// <summary>Tells people on standard error how a mirror fares: one line per phase, what is wrong below, progress while it lasts.</summary>
internal sealed class MirrorReporter(CommandContext context, bool verbose, bool quiet) : IMirrorObserver, IDisposable
{
    // As many of a kind as a screen has room for beside what else is on it.
    private const int MaxLines = 20;

    // The longest word that a line begins with.
    private const int Width = 8;

    private readonly ProgressDisplay _progress = new(context, isVisible: !quiet);

    public void Started(string name, TransferProgress progress) => _progress.Add(name.PadRight(Width), progress);

    public void Note(string name, string text) => Say(name, text);

    public void Dispose() => _progress.Dispose();

    /// <summary>Prints how it ended.</summary>
    public void Print(MirrorOptions options, MirrorReport report)
    {
        if (report.Copy is { } copy)
        {
            Say(options.DryRun ? "would" : "copied", options.DryRun ? MirrorText.Planned(options, copy) : MirrorText.Copied(copy));
        }

        if (report.Copy?.Removals is { } removals)
        {
            PrintList([.. removals.Items.Select(static name => Line("remove", MirrorText.Describe(name)))]);
        }

        if (report.Manifest is { } manifest)
        {
            Say("manifest", MirrorText.Written(manifest));
        }

        if (report.Verification is { } found)
        {
            PrintFound(options, found);
        }

        PrintList(ProblemLines(report.Problems));
        if (report.Error is { } error)
        {
            Shout("FAILED", error);
        }
        else if (report.Outcome == MirrorOutcome.Failed)
        {
            Shout("FAILED", $"{MirrorText.Count(report.Problems.Count(static problem => problem.Kind == ProblemKind.Failure), "name")} could not be read or written; the rest is done");
        }
    }

    private void PrintFound(MirrorOptions options, MirrorVerification found)
    {
        PrintList([.. found.Changed.Select(static file => Line("changed", MirrorText.Describe(file)))]);
        PrintList([.. found.Restored.Select(static path => Line("restored", MirrorText.Path(path)))], isNews: true);
        PrintList([.. found.Missing.Select(static path => Line("missing", MirrorText.Path(path)))]);
        PrintList([.. found.Extra.Select(static path => Line("extra", MirrorText.Path(path)))], isNews: !options.IsStrict && found.Bag is null);
        PrintList(ProblemLines(found.Bag?.Problems ?? []));
        if (found.Comparison is { } comparison)
        {
            PrintList([.. comparison.Missing.Items.Where(static name => name.Kind != EntryKind.File).Select(static name => Line("missing", MirrorText.Describe(name)))], !options.IsStrict);
            PrintList([.. comparison.Extra.Items.Where(static name => name.Kind != EntryKind.File).Select(static name => Line("extra", MirrorText.Describe(name)))], !options.IsStrict);
            PrintList([.. comparison.Differing.Items.Select(static entry => Line("differs", MirrorText.Describe(entry)))], !options.IsStrict);
        }

        if (found.WrongReceipt is { } wrong)
        {
            Shout("receipt", wrong);
        }

        if (found.IsGood && (found.IsExact || !options.IsStrict))
        {
            Say("verified", MirrorText.Verified(found));
        }
        else
        {
            Shout("DIFFERS", MirrorText.Verified(found));
        }

        if (found.IsOtherAlgorithm)
        {
            Shout("note", "not one digest fits: is the manifest of another algorithm? say --algo sha256 or --algo blake3");
        }
    }

    private static List<string> ProblemLines(IReadOnlyList<EntryProblem> problems) =>
        [.. problems.OrderByDescending(static problem => problem.Kind).Select(static problem => Line(problem.Kind == ProblemKind.Failure ? "failed" : "warning", problem.Message))];

    private void PrintList(List<string> lines, bool isNews = false)
    {
        if (isNews && quiet)
        {
            return;
        }

        var shown = verbose ? lines.Count : Math.Min(lines.Count, MaxLines);
        lines[..shown].ForEach(_progress.WriteLine);
        if (shown < lines.Count)
        {
            _progress.WriteLine(Line("", $"... and {lines.Count - shown:N0} more; --verbose names them all"));
        }
    }

    private void Say(string name, string text)
    {
        if (!quiet)
        {
            _progress.WriteLine(Line(name, text));
        }
    }

    private void Shout(string name, string text) => _progress.WriteLine(Line(name, text));

    private static string Line(string name, string text) => $"{name.PadRight(Width)}  {text}";
}

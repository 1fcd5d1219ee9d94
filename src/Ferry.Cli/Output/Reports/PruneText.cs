using Ferry.Core.Linux;
using Ferry.Workloads.Caches.Pruning;

namespace Ferry.Cli.Output;

/// <summary>What a prune will do and did, for people.</summary>
internal static class PruneText
{
    public static void WritePlan(PrunePlan plan, PruneOptions options, CommandContext context)
    {
        var now = context.Time.GetUtcNow();
        var table = new TextTable(("Variable", false), ("Scratch", true), ("Files", true), ("Last used", true), ("Prune", false));
        foreach (var candidate in plan.Candidates)
        {
            table.Add(
                candidate.Cache.Name,
                ByteText.Of(candidate.Totals.Bytes),
                $"{candidate.Totals.Files:N0}",
                candidate.LastUsed is { } used ? SyncText.Age(now - used) : "unknown",
                Describe(candidate));
        }

        if (plan.Candidates.Count > 0)
        {
            table.Write(context.Out);
            context.Out.WriteLine();
        }

        context.Out.WriteLine(Summary(plan, options));
        context.Out.Flush();
    }

    /// <summary>One cache's end.</summary>
    public static string Describe(PruneReport report) =>
        report.Error is { } error ? $"FAILED: {error}"
        : report.Candidate.Verdict != PruneVerdict.Remove ? $"kept: {report.Candidate.Reason}"
        : $"removed: {SyncText.Count(report.Files, "file")}, {ByteText.Of(report.Bytes)} in {SyncText.Seconds(report.Elapsed)}"
            + (report.HasRemains ? "; what no sync had put there stays" : "");

    private static string Describe(PruneCandidate candidate) => candidate.Verdict switch
    {
        PruneVerdict.Remove => "remove",
        PruneVerdict.WithinBudget => "keep: fits",
        _ => $"keep: {candidate.Reason}",
    };

    private static string Summary(PrunePlan plan, PruneOptions options)
    {
        var rest = plan.StagedBytes - plan.RemovedBytes;
        var text = plan.IsEmpty
            ? $"Nothing to remove: {ByteText.Of(plan.StagedBytes)} staged."
            : $"{ByteText.Of(plan.RemovedBytes)} to remove; {ByteText.Of(rest)} stay.";
        return options.MaxBytes is { } most && rest > most ? $"{text} That is more than {ByteText.Of(most)}: see why they are kept." : text;
    }
}

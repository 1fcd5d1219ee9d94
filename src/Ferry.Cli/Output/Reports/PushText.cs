using Ferry.Core.Linux;
using Ferry.Core.Pushing;
using Ferry.Core.Walking;
using Ferry.Workloads.Caches.Push;

namespace Ferry.Cli.Output;

/// <summary>A push's result in one line.</summary>
internal static class PushText
{
    public static string Describe(CachePushReport report) => report.Outcome switch
    {
        PushOutcome.NotStaged => "nothing staged, nothing to push",
        PushOutcome.UpToDate => $"nothing to push{Elapsed(report)}",
        PushOutcome.Pushed => Pushed(report),
        PushOutcome.Planned => Planned(report),
        _ => $"NOT ALL PUSHED: {report.Error ?? Missed(report)}",
    };

    public static string Describe(PushEntry entry) =>
        $"  {(entry.IsConflict ? "conflict" : entry.IsNew ? "new     " : "changed ")} {ByteText.Of(entry.Bytes),10}  {entry.Path}";

    public static string DescribeRemaining(PushEntry entry) => $"  on scratch only {ByteText.Of(entry.Bytes),10}  {entry.Path}";

    private static string Pushed(CachePushReport report)
    {
        var rate = report.Bytes > 0 && report.Elapsed.TotalSeconds > 0 ? $" ({ByteText.Of((long)(report.Bytes / report.Elapsed.TotalSeconds))}/s)" : "";
        return $"pushed: {SyncText.Count(report.Files, "file")}, {ByteText.Of(report.Bytes)}{Elapsed(report)}{rate}{Extras(report)}";
    }

    private static string Planned(CachePushReport report)
    {
        if (report.Work.IsEmpty)
        {
            return "nothing to push";
        }

        var conflicts = report.Work.Conflicts > 0 ? $"; {SyncText.Count(report.Work.Conflicts, "file")} changed on both sides" : "";
        return $"would push {SyncText.Count(report.Work.Files, "file")}, {ByteText.Of(report.Work.Bytes)}"
            + $"{(report.Work.Directories > 0 ? $", and make {Directories(report.Work.Directories)}" : "")}{conflicts} -> {report.Cache.Source}";
    }

    private static string Directories(long number) => number == 1 ? "1 empty directory" : $"{number:N0} empty directories";

    private static string Missed(CachePushReport report)
    {
        var conflicts = report.Problems.Count(static problem => problem.Kind == ProblemKind.Conflict);
        var failures = report.Problems.Count(static problem => problem.Kind == ProblemKind.Failure);
        return (report.Files > 0 ? $"{SyncText.Count(report.Files, "file")} pushed, " : "")
            + string.Join(" and ", new[]
            {
                conflicts > 0 ? $"{SyncText.Count(conflicts, "file")} in conflict" : "", failures > 0 ? $"{failures:N0} failed" : "",
            }.Where(static part => part.Length > 0));
    }

    private static string Extras(CachePushReport report) =>
        (report.Equal > 0 ? $"; {report.Equal:N0} the same on both sides" : "")
        + (report.Resolved > 0 ? $"; {SyncText.Count(report.Resolved, "conflict")} resolved" : "");

    private static string Elapsed(CachePushReport report) => $" in {SyncText.Seconds(report.Elapsed)}";
}

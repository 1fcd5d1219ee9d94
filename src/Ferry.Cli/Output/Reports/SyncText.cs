using System.Globalization;
using Ferry.Core.Linux;
using Ferry.Workloads.Caches.Sync;

namespace Ferry.Cli.Output;

/// <summary>A sync's result in one line.</summary>
internal static class SyncText
{
    public static string Describe(CacheSyncReport report) => report.Outcome switch
    {
        SyncOutcome.Fresh => $"fresh: {Count(report.Totals.Files, "file")}, {ByteText.Of(report.Totals.Bytes)} on scratch",
        SyncOutcome.UpToDate => $"up to date: {Count(report.Totals.Files, "file")}, {ByteText.Of(report.Totals.Bytes)}, compared in {Seconds(report.Elapsed)}{Extras(report)}",
        SyncOutcome.Synced => Synced(report),
        SyncOutcome.Planned => Planned(report),
        _ => $"FAILED, not exported: {report.Error ?? Missed(report)}",
    };

    /// <summary>For example <c>1 file</c>, <c>12,345 files</c>.</summary>
    public static string Count(long number, string noun, string? plural = null) =>
        $"{number.ToString("N0", CultureInfo.InvariantCulture)} {(number == 1 ? noun : plural ?? noun + "s")}";

    /// <summary>For example <c>0.31 s</c>, <c>12.1 s</c>, <c>3m05s</c>, <c>2h07m</c>.</summary>
    public static string Seconds(TimeSpan time) => time.TotalSeconds switch
    {
        < 10 => time.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture) + " s",
        < 100 => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        < 3600 => $"{(int)time.TotalMinutes}m{time.Seconds:00}s",
        _ => $"{(int)time.TotalHours}h{time.Minutes:00}m",
    };

    /// <summary>For example <c>12s ago</c>, <c>3h ago</c>, as the older tool says it.</summary>
    public static string Age(TimeSpan age) => age.TotalSeconds switch
    {
        < 0 => "in the future",
        < 60 => $"{(int)age.TotalSeconds}s ago",
        < 3600 => $"{(int)age.TotalMinutes}m ago",
        < 86400 => $"{(int)age.TotalHours}h ago",
        _ => $"{(int)age.TotalDays}d ago",
    };

    private static string Missed(CacheSyncReport report) =>
        $"{Count(report.Problems.Count(static problem => problem.Kind != Core.Walking.ProblemKind.Warning), "file")} did not arrive";

    private static string Synced(CacheSyncReport report)
    {
        var rate = report.Bytes > 0 && report.Elapsed.TotalSeconds > 0 ? $" ({ByteText.Of((long)(report.Bytes / report.Elapsed.TotalSeconds))}/s)" : "";
        return $"synced: {Count(report.Files, "file")} copied, {ByteText.Of(report.Bytes)} in {Seconds(report.Elapsed)}{rate}; "
            + $"{Count(report.Totals.Files, "file")}, {ByteText.Of(report.Totals.Bytes)} on scratch{Extras(report)}";
    }

    private static string Planned(CacheSyncReport report)
    {
        var plan = report.Work.IsEmpty
            ? $"up to date: {Count(report.Totals.Files, "file")}, {ByteText.Of(report.Totals.Bytes)}"
            : $"would copy {Count(report.Work.Files, "file")}, {ByteText.Of(report.Work.Bytes)}, using {Count(report.Work.Inodes, "inode")}"
                + (report.Work.Removals > 0 ? $", and remove {Count(report.Work.Removals, "file")}" : "");
        return $"{plan}{Extras(report)} -> {report.Target}{(report.Error is null ? "" : $"; it does not fit: {report.Error}")}";
    }

    private static string Extras(CacheSyncReport report) =>
        (report.Removed > 0 ? $"; {report.Removed:N0} removed" : "")
        + (report.Verified > 0 ? $"; {report.Verified:N0} verified" : "")
        + (report.ChangedOnTarget > 0 ? $"; {report.ChangedOnTarget:N0} changed on scratch, kept" : "");
}

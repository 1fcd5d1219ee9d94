using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Pull;

namespace Ferry.Cli.Output.Reports.Hub;

/// <summary>What a pull did, for people.</summary>
internal static class HubPullText
{
    /// <summary>Prints it.</summary>
    public static void Write(HubPullReport report, bool isDryRun, TimeSpan elapsed, HubTransferReporter reporter)
    {
        var found = report.Plan.Found;
        reporter.ShoutAll("refused", [.. found.Refused.Select(entry => $"{found.Place}: {entry}")]);
        if (found.RefusedCount > found.Refused.Count)
        {
            reporter.Shout("", $"... and {found.RefusedCount - found.Refused.Count:N0} more");
        }

        reporter.ShoutAll("failed", [.. report.Problems.Select(static problem => problem.ToString())]);
        var result = $"{report.Repo}@{HubText.Short(report.Commit)}: {Describe(report, isDryRun, elapsed)}";
        if (report.IsWhole)
        {
            reporter.Say(isDryRun ? "would" : "pulled", result);
        }
        else
        {
            reporter.Shout("FAILED", $"{result}; not all of it is there, and no ref was set");
        }
    }

    private static string Describe(HubPullReport report, bool isDryRun, TimeSpan elapsed)
    {
        var plan = report.Plan;
        var files = SyncText.Count(plan.Found.Manifest.Files.Count, "file");
        if (isDryRun)
        {
            return plan.Missing.Count == 0 ? $"download nothing, all {files} are there"
                : $"download {SyncText.Count(plan.Missing.Count, "blob")}, {ByteText.Of(plan.MissingBytes)}, of {files}";
        }

        if (report is { Downloaded: 0, Shared: 0 })
        {
            return $"{files}, all there already";
        }

        var rate = report.DownloadedBytes > 0 && elapsed.TotalSeconds > 0 ? $" ({ByteText.Of((long)(report.DownloadedBytes / elapsed.TotalSeconds))}/s)" : "";
        return $"{files}, {ByteText.Of(report.DownloadedBytes)} in {SyncText.Seconds(elapsed)}{rate}"
            + (report.ResumedBytes > 0 ? $"; {ByteText.Of(report.ResumedBytes)} were there from before" : "")
            + (report.Shared > 0 ? $"; {report.Shared:N0} shared with other repositories" : "");
    }
}

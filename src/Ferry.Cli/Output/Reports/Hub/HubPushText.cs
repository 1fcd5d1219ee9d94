using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Push;

namespace Ferry.Cli.Output.Reports.Hub;

/// <summary>What a push did, for people.</summary>
internal static class HubPushText
{
    /// <summary>Prints it.</summary>
    public static void Write(HubPushReport report, TimeSpan elapsed, HubTransferReporter reporter)
    {
        reporter.ShoutAll("skipped", [.. report.Skipped.Select(static skipped => $"{skipped.Repo}: {skipped.Reason}")]);
        reporter.ShoutAll("warning", [.. report.Warnings.Select(static problem => problem.ToString())]);
        reporter.ShoutAll("failed", [.. report.Failures.Select(static problem => problem.ToString())]);
        var result = Describe(report, elapsed);
        if (report.IsGood)
        {
            reporter.Say(report.IsDryRun ? "would" : "pushed", result);
        }
        else
        {
            reporter.Shout("FAILED", report.Ended is { } end ? $"given up: {end.Message}; {result}" : result);
        }
    }

    private static string Describe(HubPushReport report, TimeSpan elapsed)
    {
        if (report is { Repos: 0, IsGood: true })
        {
            return report.Skipped.Count > 0 ? "nothing: no repository may go" : "nothing: the cache has no repository to push";
        }

        var rate = report is { IsDryRun: false, UploadedBytes: > 0 } && elapsed.TotalSeconds > 0 ? $" ({ByteText.Of((long)(report.UploadedBytes / elapsed.TotalSeconds))}/s)" : "";
        return $"{SyncText.Count(report.UploadedBlobs, "blob")}, {ByteText.Of(report.UploadedBytes)}"
            + (report.IsDryRun ? "" : $" in {SyncText.Seconds(elapsed)}{rate}")
            + (report.PresentBlobs > 0 ? $"; {report.PresentBlobs:N0} already there" : "")
            + (report.RepairedBlobs > 0 ? $"; {report.RepairedBlobs:N0} wrong ones replaced" : "")
            + (report.VerifiedBlobs > 0 ? $"; {report.VerifiedBlobs:N0} read back" : "")
            + (report.SkippedPointers > 0 ? $"; {SyncText.Count(report.SkippedPointers, "pointer")} left out (sync_xet)" : "")
            + (report.Manifests + report.Refs > 0 ? $"; {SyncText.Count(report.Manifests, "manifest")}, {SyncText.Count(report.Refs, "ref")}" : "");
    }
}

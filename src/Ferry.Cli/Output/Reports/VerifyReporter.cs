using Ferry.Core.Linux;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Verification;

namespace Ferry.Cli.Output;

/// <summary>Tells people how verifying goes.</summary>
internal sealed class VerifyReporter : TransferReporter, IVerifyObserver
{
    public VerifyReporter(CommandContext context, IReadOnlyList<CacheDefinition> caches, bool verbose, bool quiet)
        : base(context, caches, verbose, quiet)
    {
    }

    public void Finished(CacheVerifyReport report) =>
        PrintResult(report.Cache, Describe(report), report.Outcome == VerifyOutcome.Failed, report.Problems);

    private static string Describe(CacheVerifyReport report) => report.Outcome switch
    {
        VerifyOutcome.NotStaged => "nothing staged",
        VerifyOutcome.Good => $"good: {Read(report)}",
        VerifyOutcome.Repaired =>
            $"repaired: {SyncText.Count(report.Wrong, "file")} of {report.Files:N0} wrong, {SyncText.Count(report.Fetched, "file")} fetched again, {ByteText.Of(report.FetchedBytes)}",
        _ => report.Error is { } error ? $"FAILED: {error}" : $"WRONG: {SyncText.Count(report.Wrong, "file")}; {Read(report)}; --repair fetches them again",
    };

    private static string Read(CacheVerifyReport report)
    {
        var rate = report.Bytes > 0 && report.Elapsed.TotalSeconds > 0 ? $" ({ByteText.Of((long)(report.Bytes / report.Elapsed.TotalSeconds))}/s)" : "";
        return $"{SyncText.Count(report.Files, "file")}, {ByteText.Of(report.Bytes)} re-read in {SyncText.Seconds(report.Elapsed)}{rate}"
            + (report.ChangedOnTarget > 0 ? $"; {report.ChangedOnTarget:N0} changed on scratch, not compared" : "");
    }
}

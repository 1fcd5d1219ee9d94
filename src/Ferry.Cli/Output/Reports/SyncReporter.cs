using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Sync;

namespace Ferry.Cli.Output;

/// <summary>Tells people how a sync goes.</summary>
internal sealed class SyncReporter(CommandContext context, IReadOnlyList<CacheDefinition> caches, bool verbose, bool quiet)
    : TransferReporter(context, caches, verbose, quiet), ISyncObserver
{
    public void Finished(CacheSyncReport report) => PrintResult(
        report.Cache, SyncText.Describe(report), report.Outcome == SyncOutcome.Failed || report.Error is not null, report.Problems);
}

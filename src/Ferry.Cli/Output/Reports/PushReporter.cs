using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Push;

namespace Ferry.Cli.Output;

/// <summary>Tells people how a push goes.</summary>
internal sealed class PushReporter : TransferReporter, IPushObserver
{
    public PushReporter(CommandContext context, IReadOnlyList<CacheDefinition> caches, bool verbose, bool quiet)
        : base(context, caches, verbose, quiet)
    {
    }

    public void Finished(CachePushReport report)
    {
        PrintResult(report.Cache, PushText.Describe(report), report.Outcome == PushOutcome.Failed, report.Problems);
        PrintList(report.Cache, [.. report.Planned.Select(PushText.Describe)]);
        if (report.Error is not null)
        {
            // Else each has been named with its problem.
            PrintList(report.Cache, [.. report.Remaining.Select(PushText.DescribeRemaining)]);
        }
    }
}

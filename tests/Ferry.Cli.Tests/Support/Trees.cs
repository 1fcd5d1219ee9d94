using Ferry.Core.Concurrency;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Cli.Tests.Support;

/// <summary>Trees on disk.</summary>
internal static class Trees
{
    /// <summary>Counts a tree.</summary>
    public static void Measure(string directory, TreeMeasure measure, CancellationToken cancellation)
    {
        using var root = TreeRoot.Open(directory);
        measure.Walk(root, new TransferLimiters(null, TimeProvider.System).For(root, null), cancellation);
    }
}

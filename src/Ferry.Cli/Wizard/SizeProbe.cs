using Ferry.Core.Walking;

namespace Ferry.Cli.Wizard;

/// <summary>Measures a tree; what was counted until the token is cancelled stays in the measure. Throws nothing but for that.</summary>
internal delegate void MeasureTree(string directory, TreeMeasure measure, CancellationToken cancellation);

/// <summary>What a tree holds, or held when counting ended.</summary>
/// <param name="Files">Files and links.</param>
/// <param name="Bytes">The files' bytes.</param>
/// <param name="IsComplete">Whether all was counted.</param>
internal readonly record struct SizeEstimate(long Files, long Bytes, bool IsComplete);

/// <summary>Measures trees for as long as somebody wants to wait. A file system that does not answer delays nobody.</summary>
internal sealed class SizeProbe(MeasureTree measure, TimeProvider time, CancellationToken cancellation) : IDisposable
{
    private static readonly TimeSpan s_longestTree = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longestAll = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _all = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    private readonly long _start = time.GetTimestamp();

    /// <summary>Measures one tree: for at most 5 s, and 20 s for all trees of this probe.</summary>
    /// <param name="directory">An absolute path.</param>
    /// <param name="isEnough">Asked now and then; true: no more measuring, of other trees either.</param>
    /// <exception cref="OperationCanceledException">The whole command is cancelled.</exception>
    public SizeEstimate Measure(string directory, Func<bool> isEnough)
    {
        var counted = new TreeMeasure();
        using var one = CancellationTokenSource.CreateLinkedTokenSource(_all.Token);
        var work = Task.Run(() => Count(directory, counted, one.Token), CancellationToken.None);
        var begun = time.GetTimestamp();
        while (!work.Wait(s_look, cancellation))
        {
            if (isEnough() || time.GetElapsedTime(_start) > s_longestAll)
                _all.Cancel();
            if (_all.IsCancellationRequested || time.GetElapsedTime(begun) > s_longestTree)
                break;
        }
        one.Cancel();
        cancellation.ThrowIfCancellationRequested();
        var totals = counted.Totals;
        return new SizeEstimate(totals.Files, totals.Bytes, work is { IsCompletedSuccessfully: true, Result: true });
    }

    public void Dispose() => _all.Dispose();

    private bool Count(string directory, TreeMeasure counted, CancellationToken end)
    {
        try
        {
            measure(directory, counted, end);
            return !end.IsCancellationRequested;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

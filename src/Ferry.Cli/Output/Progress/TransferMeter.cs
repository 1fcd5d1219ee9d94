using Ferry.Core.Progress;

namespace Ferry.Cli.Output;

/// <summary>Looks at a transfer again and again, and derives rate and time left. Not thread-safe.</summary>
internal sealed class TransferMeter(string name, TransferProgress progress, TimeProvider time)
{
    private readonly RateMeter _rate = new(time);
    private readonly long _start = time.GetTimestamp();
    private TransferPhase _phase = progress.Phase;
    private long _phaseStart = time.GetTimestamp();

    /// <summary>How long the transfer has been known.</summary>
    public TimeSpan Age => time.GetElapsedTime(_start);

    /// <summary>Whether it is over.</summary>
    public bool IsFinished => progress.Phase == TransferPhase.Finished;

    /// <summary>The transfer now.</summary>
    public ProgressRow Read()
    {
        var phase = progress.Phase;
        if (phase != _phase)
        {
            (_phase, _phaseStart) = (phase, time.GetTimestamp());
            _rate.Reset();
        }

        var (bytes, totalBytes, files, totalFiles) = phase switch
        {
            TransferPhase.Copying => (progress.Bytes, progress.TotalBytes, progress.Files, progress.TotalFiles),
            TransferPhase.Verifying => (progress.VerifiedBytes, progress.TotalToVerify, 0, 0),
            _ => (0, 0, 0, 0),
        };
        _rate.Add(bytes);
        // Bytes of a file that was read twice count twice.
        bytes = totalBytes > 0 ? Math.Min(bytes, totalBytes) : bytes;
        var rate = totalBytes > 0 ? _rate.PerSecond : null;
        return new ProgressRow(
            name, phase, time.GetElapsedTime(_phaseStart), bytes, totalBytes, Math.Min(files, totalFiles), totalFiles, rate, Left(totalBytes - bytes, rate));
    }

    private static TimeSpan? Left(long bytes, double? rate) =>
        rate is > 0 and var perSecond && bytes / perSecond < TimeSpan.FromDays(100).TotalSeconds ? TimeSpan.FromSeconds(Math.Ceiling(bytes / perSecond)) : null;
}

using Ferry.Core.Progress;

namespace Ferry.Cli.Output;

/// <summary>One transfer at one moment.</summary>
/// <param name="Name">Whose it is.</param>
/// <param name="Phase">What is being done.</param>
/// <param name="Elapsed">How long this has been done.</param>
/// <param name="Bytes">Bytes done of <paramref name="TotalBytes"/>.</param>
/// <param name="TotalBytes">0 while unknown.</param>
/// <param name="Files">Files done of <paramref name="TotalFiles"/>.</param>
/// <param name="TotalFiles">0 where files are not counted.</param>
/// <param name="Rate">Bytes per second lately; null while unknown.</param>
/// <param name="Left">How long it will take at that rate; null while unknown.</param>
internal sealed record ProgressRow(
    string Name, TransferPhase Phase, TimeSpan Elapsed, long Bytes, long TotalBytes, long Files, long TotalFiles, double? Rate, TimeSpan? Left)
{
    /// <summary>The part that is done, 0 to 1; null where there is nothing to count.</summary>
    public double? Done => this switch
    {
        { TotalBytes: > 0 } => Math.Min(1, (double)Bytes / TotalBytes),
        { TotalFiles: > 0 } => Math.Min(1, (double)Files / TotalFiles),
        _ => null,
    };

    /// <summary>For example <c>43%</c>; 100 % not before all is done.</summary>
    public string Percent => Done is { } done ? $"{(int)(100 * done)}%" : "";

    /// <summary>What is being done, in words.</summary>
    public string Activity => Phase switch
    {
        TransferPhase.Starting => "checking",
        TransferPhase.Waiting => "waiting for another process",
        TransferPhase.Comparing => "comparing",
        TransferPhase.Copying => "copying",
        TransferPhase.Committing => "committing",
        TransferPhase.Verifying => "verifying",
        _ => "done",
    };
}

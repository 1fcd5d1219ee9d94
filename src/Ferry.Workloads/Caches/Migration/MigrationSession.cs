using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Progress;

namespace Ferry.Workloads.Caches.Migration;

/// <summary>What a migration works with.</summary>
public sealed class MigrationSession
{
    private TransferLimiters? _limiters;
    private BandwidthLimit? _bandwidth;

    /// <summary>The cache, with its source as the configuration has it now.</summary>
    public required CacheDefinition Cache { get; init; }

    /// <summary>How bytes are moved.</summary>
    public required TransferOptions Transfer { get; init; }

    /// <summary>Where ferry keeps its state.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Where caches are staged; null when scratch is not known here.</summary>
    public string? CacheRootPath { get; init; }

    /// <summary>Is told how it goes.</summary>
    public required ITransferObserver Observer { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Ends it; what was done stays, and the same command goes on from there.</summary>
    public CancellationToken Cancellation { get; init; }

    internal TransferProgress Progress { get; } = new();

    internal Timestamp Now => Timestamp.From(Time.GetUtcNow());

    internal TransferLimiters Limiters => _limiters ??= new TransferLimiters(Transfer.Jobs, Time);

    /// <summary>Everything is copied, whatever a sync would leave out.</summary>
    internal CopyOptions CopyOptions(TreeRoot source, TreeRoot? target, bool deletes) => new()
    {
        Limiter = Limiters.For(source, target),
        Delete = deletes,
        ChecksEveryFile = true,
        Bandwidth = Transfer.BandwidthLimitBytesPerSecond is > 0 and var rate ? _bandwidth ??= new BandwidthLimit(rate, Time) : null,
        RacyWindow = TransferLimiters.RacyWindow(source),
    };
}

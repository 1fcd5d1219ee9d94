using Ferry.Core.Concurrency;
using Ferry.Core.Linux;
using Ferry.Core.Processes;
using Ferry.Core.Progress;
using Ferry.Workloads.Mirror.Remote;

namespace Ferry.Workloads.Mirror;

/// <summary>What the steps of one mirror share.</summary>
public sealed class MirrorSession
{
    /// <summary>Is told how it goes.</summary>
    public required IMirrorObserver Observer { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Runs external tools.</summary>
    public required IProcessRunner Processes { get; init; }

    /// <summary>How other machines are reached. Default: by ssh, which asks nothing.</summary>
    /// <exception cref="FormatException">It is not set up rightly.</exception>
    public Func<RemoteShell> Shell { get; init; } = static () => RemoteShell.Parse(null, isInteractive: false);

    /// <summary>Directory for digests that need not be computed again, and for the journals of copies; made if missing.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Manifest from a pipe.</summary>
    public required Func<Stream> Input { get; init; }

    /// <summary>Manifest to a pipe.</summary>
    public required Stream Output { get; init; }

    /// <summary>What a bag names as the program that made it.</summary>
    public string SoftwareAgent { get; init; } = "ferry";

    /// <summary>Ends it early.</summary>
    public CancellationToken Cancellation { get; init; }

    internal Timestamp Now => Timestamp.From(Time.GetUtcNow());

    /// <summary>Runs a phase and shows how it goes.</summary>
    internal T During<T>(string name, TransferPhase phase, Func<TransferProgress, T> work)
    {
        var progress = new TransferProgress { Phase = phase };
        Observer.Started(name, progress);
        try
        {
            return work(progress);
        }
        finally
        {
            progress.Phase = TransferPhase.Finished;
        }
    }
}

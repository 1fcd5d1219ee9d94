using System.Diagnostics;
using Ferry.Core.Linux;

namespace Ferry.Core.Processes;

/// <summary>Ends a tool: asks it first, so that rsync for instance keeps what has arrived of a file, and kills it when that has no effect.</summary>
internal sealed class ProcessEnding(Process process) : IDisposable
{
    private static readonly TimeSpan s_untilKill = TimeSpan.FromSeconds(5);

    private Timer? _kill;

    /// <summary>Begins to end it; returns at once. May be called several times, on any thread.</summary>
    public void Begin()
    {
        if (process.HasExited)
        {
            return;
        }

        _ = Kernel.SignalProcess(process.Id, SignalNumber.SIGTERM);
        _ = Interlocked.CompareExchange(ref _kill, new Timer(_ => Kill(), null, s_untilKill, Timeout.InfiniteTimeSpan), null);
    }

    /// <inheritdoc/>
    public void Dispose() => _kill?.Dispose();

    private void Kill()
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended, and somebody has disposed it.
        }
    }
}

using Ferry.Core.Processes;

namespace Ferry.Workloads.Caches.Run;

/// <summary>
/// The time that a push has: opened by the command's end or by the first signal, narrowed by further signals. Thread-safe.
/// </summary>
public sealed class PushWindow : IDisposable
{
    private readonly Lock _lock = new();
    private readonly RunDeadline _deadline;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _over;
    private long _openedAt;
    private TimeSpan? _length;

    /// <summary>Nothing is limited yet.</summary>
    public PushWindow(RunDeadline deadline, TimeProvider time)
    {
        (_deadline, _time) = (deadline, time);
        _over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
    }

    /// <summary>Cancelled when the time is over.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>The first signal that asked for the end; 0 if none came.</summary>
    public int FirstSignal { get; private set; }

    /// <summary>Whether the command has ended.</summary>
    public bool IsPushing { get; private set; }

    /// <summary>The time left; null when there is no limit.</summary>
    public TimeSpan? Left
    {
        get
        {
            lock (_lock)
            {
                return _length - _time.GetElapsedTime(_openedAt);
            }
        }
    }

    /// <summary>The command's part of the time after the first signal.</summary>
    public CommandGrace? Grace => Left is { } left ? RunDeadline.Share(left) : null;

    /// <summary>A signal asked for the end. The second SIGINT of somebody who watches a push ends it at once.</summary>
    public void OnSignal(int signal)
    {
        lock (_lock)
        {
            if (IsPushing && FirstSignal != 0 && signal == SignalNumber.SIGINT)
            {
                _over.Cancel();
                return;
            }

            var length = _deadline.AfterSignal(_time.GetUtcNow());
            if (FirstSignal == 0 || Left > length)
            {
                Open(length);
            }

            FirstSignal = FirstSignal == 0 ? signal : FirstSignal;
        }
    }

    /// <summary>The command has ended and the push begins.</summary>
    public void BeginPush()
    {
        lock (_lock)
        {
            IsPushing = true;
            if (FirstSignal == 0 && _deadline.AfterCommand(_time.GetUtcNow()) is { } length)
            {
                Open(length);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _over.Dispose();

    private void Open(TimeSpan length)
    {
        (_openedAt, _length) = (_time.GetTimestamp(), length);
        _over.CancelAfter(length);
    }
}

using Ferry.Core.Concurrency;
using Ferry.Core.Linux;
using Ferry.Core.Progress;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>What all parts of one copy share: both ends, options, counters and the list of problems. Thread-safe.</summary>
internal sealed class CopyContext : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<EntryProblem> _problems = [];
    private readonly CancellationTokenSource _givingUp = new();
    private volatile bool _ranOutOfSpace;
    private int _failures;
    private volatile bool _hasUnnamedFiles = true;
    private long _files;
    private long _bytes;
    private long _removed;
    private long _lostAttributes;

    public CopyContext(TreeRoot source, TreeRoot target, CopyOptions options, TransferProgress progress, CancellationToken cancellation)
    {
        Source = source;
        Target = target;
        Options = options;
        Progress = progress;
        Stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _givingUp.Token);
    }

    public TreeRoot Source { get; }

    public TreeRoot Target { get; }

    public CopyOptions Options { get; }

    public TransferProgress Progress { get; }

    public BandwidthLimit? Bandwidth => Options.Bandwidth;

    /// <summary>Cancelled by the caller, when the target is full, or when there are too many failures.</summary>
    public CancellationTokenSource Stopping { get; }

    public bool RanOutOfSpace => _ranOutOfSpace;

    /// <summary>Whether it was stopped from within.</summary>
    public bool HasGivenUp => _givingUp.IsCancellationRequested;

    /// <summary>Whether the target makes files without names and links them later, as far as is known.</summary>
    public bool HasUnnamedFiles
    {
        get => _hasUnnamedFiles;
        set => _hasUnnamedFiles = value;
    }

    public long Files => Interlocked.Read(ref _files);

    public long Bytes => Interlocked.Read(ref _bytes);

    public long Removed => Interlocked.Read(ref _removed);

    /// <summary>Files whose extended attributes the target would not take.</summary>
    public long LostAttributes => Interlocked.Read(ref _lostAttributes);

    public List<EntryProblem> TakeProblems()
    {
        lock (_lock)
        {
            return [.. _problems];
        }
    }

    public bool HasFailures
    {
        get
        {
            lock (_lock)
            {
                return _problems.Exists(static problem => problem.Kind != ProblemKind.Warning);
            }
        }
    }

    /// <summary>Records a problem; the first that says "full" stops the copy.</summary>
    public void Report(EntryProblem problem)
    {
        lock (_lock)
        {
            // Many workers find the same disk full; one line is enough.
            if (!problem.IsOutOfSpace || !RanOutOfSpace)
            {
                _problems.Add(problem);
            }

            _ranOutOfSpace |= problem.IsOutOfSpace;
            _failures += problem.Kind == ProblemKind.Failure ? 1 : 0;
            if (_ranOutOfSpace || _failures > Options.MaxFailures)
            {
                _givingUp.Cancel();
            }
        }
    }

    public void Dispose()
    {
        Stopping.Dispose();
        _givingUp.Dispose();
    }

    /// <summary>Tells the limiters and the progress of bytes that were moved or hashed; waits where bandwidth is limited.</summary>
    public void Account(EngineWorker worker, int bytes, bool isCopied = true)
    {
        worker.Work = new WorkAmount(worker.Work.Bytes + bytes, worker.Work.Operations + 1);
        Progress.AddBytes(bytes);
        if (isCopied)
        {
            Bandwidth?.Consume(bytes, Stopping.Token);
        }
    }

    /// <summary>Counts a file that has arrived.</summary>
    public void CountCopied(long bytes)
    {
        Interlocked.Increment(ref _files);
        Interlocked.Add(ref _bytes, bytes);
        Progress.AddFiles(1);
    }

    /// <summary>Takes back what of a file that has arrived was there before.</summary>
    public void CountPresent(long bytes) => Interlocked.Add(ref _bytes, -bytes);

    public void CountRemoved(int names = 1) => Interlocked.Add(ref _removed, names);

    public void CountLostAttributes() => Interlocked.Increment(ref _lostAttributes);
}

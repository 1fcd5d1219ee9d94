using Ferry.Core.Progress;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Push.Blobs;

namespace Ferry.Workloads.HuggingFace.Push;

/// <summary>Counts what a push does. Thread-safe.</summary>
internal sealed class PushTally(HubPushOptions options, IPushObserver observer, TransferProgress progress) : IDisposable
{
    // So many failures of a store in a row, each after all attempts, and nothing that succeeds in between: it is gone.
    private const int HopelessFailures = 8;

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly List<PushProblem> _warnings = [];
    private readonly List<PushProblem> _failures = [];
    private StoreException? _end;
    private (int Blobs, long Bytes) _uploaded;
    private (int Blobs, long Bytes) _present;
    private int _repaired;
    private int _verified;
    private int _pointers;
    private int _manifests;
    private int _refs;
    private int _failuresInARow;

    /// <summary>Cancelled when there is no sense in going on.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>The counters that are shown.</summary>
    public TransferProgress Progress => progress;

    /// <summary>Notes a content that is settled.</summary>
    public void Settled(BlobPush blob, string path)
    {
        lock (_lock)
        {
            _failuresInARow = 0;
            switch (blob.State)
            {
                case BlobState.Present:
                    _present = (_present.Blobs + 1, _present.Bytes + blob.Bytes);
                    break;
                case BlobState.Sent when blob.IsRepair:
                    _repaired++;
                    break;
                case BlobState.Sent:
                    _uploaded = (_uploaded.Blobs + 1, _uploaded.Bytes + blob.Bytes);
                    break;
                case BlobState.Pointer:
                    _pointers++;
                    break;
                default:
                    break;
            }
        }

        if (blob.State == BlobState.Sent)
        {
            observer.OnSent(blob.Name, path, blob.Bytes, blob.IsRepair);
        }
    }

    /// <summary>Notes a content of the bucket that was read and is right.</summary>
    public void Verified() => Interlocked.Increment(ref _verified);

    /// <summary>Notes a manifest that was written.</summary>
    public void Wrote(RepoId repo, Revision revision)
    {
        Interlocked.Increment(ref _manifests);
        observer.OnManifest(repo, revision);
    }

    /// <summary>Notes a ref that was written.</summary>
    public void Wrote(RepoId repo, RefName name, Revision revision)
    {
        Interlocked.Increment(ref _refs);
        observer.OnRef(repo, name, revision);
    }

    /// <summary>Notes what is to be looked at.</summary>
    public void Warn(string subject, string reason)
    {
        lock (_lock)
        {
            _warnings.Add(new PushProblem(subject, reason));
        }
    }

    /// <summary>Notes what failed.</summary>
    public void Fail(string subject, string reason)
    {
        lock (_lock)
        {
            _failures.Add(new PushProblem(subject, reason));
        }
    }

    /// <summary>Notes what a store did not do, and ends the push where the next call cannot fare better.</summary>
    public void Fail(string subject, StoreException failure)
    {
        lock (_lock)
        {
            _failures.Add(new PushProblem(subject, failure.Message));
            _failuresInARow++;
            if (failure.Error is StoreError.Denied or StoreError.Full or StoreError.NoStore || _failuresInARow == HopelessFailures)
            {
                _end ??= failure;
            }
        }

        if (_end is not null)
        {
            _ended.Cancel();
        }
    }

    /// <summary>What there is to tell.</summary>
    public HubPushReport ToReport(int repos, IReadOnlyList<SkippedRepo> skipped)
    {
        lock (_lock)
        {
            return new HubPushReport
            {
                IsDryRun = options.DryRun,
                Repos = repos,
                UploadedBlobs = _uploaded.Blobs,
                UploadedBytes = _uploaded.Bytes,
                PresentBlobs = _present.Blobs,
                PresentBytes = _present.Bytes,
                RepairedBlobs = _repaired,
                VerifiedBlobs = _verified,
                SkippedPointers = _pointers,
                Manifests = _manifests,
                Refs = _refs,
                Skipped = skipped,
                Warnings = [.. _warnings],
                Failures = [.. _failures],
                Ended = _end,
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ended.Dispose();
}

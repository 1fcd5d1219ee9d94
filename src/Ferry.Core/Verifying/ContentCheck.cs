using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Progress;
using Ferry.Core.Walking;

namespace Ferry.Core.Verifying;

/// <summary>What re-reading a staged tree showed.</summary>
/// <param name="Files">Files whose bytes were read and compared with their digest.</param>
/// <param name="Distrusted">Files with other bytes than recorded, unreadable or gone: paths below the tree's root.</param>
/// <param name="Problems">The same as lines for people.</param>
/// <param name="ChangedOnTarget">Files that programs have changed since they were staged: there is no digest for their new contents.</param>
public sealed record ContentReport(long Files, PathSet Distrusted, IReadOnlyList<EntryProblem> Problems, long ChangedOnTarget)
{
    /// <summary>True when every file has the bytes that were recorded.</summary>
    public bool IsGood => Problems.Count == 0;
}

/// <summary>Re-reads every staged file, past the page cache, and compares it with the digest in the manifest.</summary>
public sealed class ContentCheck
{
    private readonly ManifestFile _manifest;
    private readonly TreeRoot _target;
    private readonly TransferProgress _progress;
    private readonly Lock _lock = new();
    private readonly PathSet _distrusted = new();
    private readonly List<EntryProblem> _problems = [];
    private long _files;
    private long _changed;

    private ContentCheck(ManifestFile manifest, TreeRoot target, TransferProgress progress)
    {
        _manifest = manifest;
        _target = target;
        _progress = progress;
    }

    /// <summary>Checks the tree below <paramref name="target"/>.</summary>
    /// <exception cref="ManifestException">The manifest is damaged.</exception>
    public static ContentReport Run(
        ManifestFile manifest, TreeRoot target, AdaptiveLimiter limiter, TransferProgress progress, CancellationToken cancellation)
    {
        var check = new ContentCheck(manifest, target, progress);
        // Another check may have been made before.
        progress.TotalToVerify = progress.VerifiedBytes + manifest.Totals.Bytes;
        var positions = Enumerable.Range(0, manifest.Index.Count).Where(position => !manifest.Index[position].IsGone);
        new WorkPool<object, EngineWorker>(
            new WorkPoolOptions { Limiter = limiter, ThreadName = "ferry-verify" },
            static () => new EngineWorker(),
            (position, worker, pool) =>
            {
                check.Process((int)position, worker, pool.Stopping);
                return worker.TakeWork();
            }).Run(positions.Cast<object>(), cancellation);
        return new ContentReport(check._files, check._distrusted, check._problems, check._changed);
    }

    private void Process(int position, EngineWorker worker, CancellationToken stopping)
    {
        var path = _manifest.Index.WritePath(position, worker.TargetPath);
        var directory = _target.OpenDirectory(path);
        if (directory < 0)
        {
            ReportDirectory(position, path, -directory, worker);
            return;
        }

        worker.PriorEntries.Clear();
        _manifest.ReadEntries(position, worker.PriorEntries);
        for (var offset = 0; offset < worker.PriorEntries.Length && !stopping.IsCancellationRequested;)
        {
            var entry = ManifestEntry.Read(worker.PriorEntries.Written, ref offset);
            if (entry.Kind == EntryKind.File && !entry.IsGone)
            {
                Check(entry, path, directory, worker);
            }
        }

        Kernel.Close(directory);
    }

    private void Check(in ManifestEntry entry, PathBuffer path, int directory, EngineWorker worker)
    {
        var name = PathText.Terminated(entry.Name);
        var fd = Kernel.Open(directory, name, Kernel.ReadFile);
        if (fd < 0)
        {
            Report(path, entry, EntryProblem.OfCall(_target.Display(path.Path, entry.Name), "open", -fd));
            return;
        }

        try
        {
            CheckOpen(entry, path, fd, worker);
        }
        finally
        {
            Kernel.Close(fd);
        }
    }

    private void CheckOpen(in ManifestEntry entry, PathBuffer path, int fd, EngineWorker worker)
    {
        var result = Kernel.StatusOf(fd, out var status);
        if (result == 0 && status.Modified > entry.TargetModified && !SyncRule.IsAsRecorded(status, entry))
        {
            Interlocked.Increment(ref _changed);
            return;
        }

        Kernel.DropCache(fd);
        result = result < 0 ? result : ContentStream.Hash(fd, worker, out var found) is var hashed and < 0 ? hashed : found == entry.Digest ? 0 : 1;
        if (result < 0)
        {
            Report(path, entry, EntryProblem.OfCall(_target.Display(path.Path, entry.Name), "read", -result));
            return;
        }

        Interlocked.Increment(ref _files);
        worker.Work = new WorkAmount(worker.Work.Bytes + status.Size, worker.Work.Operations + 1);
        _progress.AddVerified(status.Size);
        if (result == 1)
        {
            Report(path, entry, new EntryProblem(
                ProblemKind.Failure, _target.Display(path.Path, entry.Name), "does not have the bytes that were copied"));
        }
    }

    /// <summary>A directory that is gone takes all its files with it.</summary>
    private void ReportDirectory(int position, PathBuffer path, int errno, EngineWorker worker)
    {
        worker.PriorEntries.Clear();
        _manifest.ReadEntries(position, worker.PriorEntries);
        for (var offset = 0; offset < worker.PriorEntries.Length;)
        {
            var entry = ManifestEntry.Read(worker.PriorEntries.Written, ref offset);
            if (!entry.IsGone)
            {
                Report(path, entry, EntryProblem.OfCall(_target.Display(path.Path, entry.Name), "open", errno));
            }
        }
    }

    private void Report(PathBuffer directory, in ManifestEntry entry, EntryProblem problem)
    {
        lock (_lock)
        {
            _distrusted.Add(PathText.Join(directory.Path, entry.Name));
            _problems.Add(problem);
        }
    }
}

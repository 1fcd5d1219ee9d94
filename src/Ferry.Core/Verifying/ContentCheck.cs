using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Progress;
using Ferry.Core.Walking;

namespace Ferry.Core.Verifying;

/// <summary>What re-reading a staged tree showed.</summary>
/// <param name="Files">Files and links that were read and compared with their record.</param>
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
    // A directory with more is handed out in pieces: models lie side by side.
    private const long BatchBytes = 16L * 1024 * 1024;

    private readonly ManifestFile _manifest;
    private readonly TreeRoot _target;
    private readonly ContentScope _scope;
    private readonly TransferProgress _progress;
    private readonly Lock _lock = new();
    private readonly PathSet _distrusted = new();
    private readonly List<EntryProblem> _problems = [];
    private long _files;
    private long _changed;

    private ContentCheck(ManifestFile manifest, TreeRoot target, ContentScope scope, TransferProgress progress)
    {
        _manifest = manifest;
        _target = target;
        _scope = scope;
        _progress = progress;
    }

    /// <summary>Checks the tree below <paramref name="target"/>.</summary>
    /// <exception cref="ManifestException">The manifest is damaged.</exception>
    public static ContentReport Run(
        ManifestFile manifest, TreeRoot target, ContentScope scope, AdaptiveLimiter limiter, TransferProgress progress, CancellationToken cancellation)
    {
        var check = new ContentCheck(manifest, target, scope, progress);
        var directories = Enumerable.Range(0, manifest.Index.Count).Select(static position => new Batch(position, 0, int.MaxValue));
        new WorkPool<Batch, EngineWorker>(
            new WorkPoolOptions { Limiter = limiter, ThreadName = "ferry-verify" },
            static () => new EngineWorker(),
            (batch, worker, pool) =>
            {
                check.Process(batch, worker, pool);
                return worker.TakeWork();
            }).Run(directories, cancellation);
        return new ContentReport(check._files, check._distrusted, check._problems, check._changed);
    }

    /// <summary>Entries of one directory, by their place in it; the whole of it to begin with.</summary>
    private readonly record struct Batch(int Position, int Start, int End);

    private void Process(Batch batch, EngineWorker worker, WorkPool<Batch, EngineWorker> pool)
    {
        var path = _manifest.Index.WritePath(batch.Position, worker.TargetPath);
        worker.PriorEntries.Clear();
        _manifest.ReadEntries(batch.Position, worker.PriorEntries);
        var end = batch.End < int.MaxValue ? batch.End : HandOut(batch.Position, path, worker, pool);
        var directory = _target.OpenDirectory(path);
        var number = 0;
        for (var offset = 0; offset < worker.PriorEntries.Length && number < end && !pool.Stopping.IsCancellationRequested; number++)
        {
            var entry = ManifestEntry.Read(worker.PriorEntries.Written, ref offset);
            if (number < batch.Start || !_scope.Includes(path.Path, entry))
            {
                continue;
            }

            if (directory < 0)
            {
                // A directory that is gone takes all its files with it.
                Report(path, entry, EntryProblem.OfCall(_target.Display(path.Path, entry.Name), "open", -directory));
            }
            else
            {
                Check(entry, path, directory, worker);
            }
        }

        if (directory >= 0)
        {
            Kernel.Close(directory);
        }
    }

    /// <summary>Gives all but the first batch to others; the end of the first is returned.</summary>
    private int HandOut(int position, PathBuffer path, EngineWorker worker, WorkPool<Batch, EngineWorker> pool)
    {
        var (start, number, bytes, firstEnd) = (0, 0, 0L, int.MaxValue);
        for (var offset = 0; offset < worker.PriorEntries.Length; number++)
        {
            var entry = ManifestEntry.Read(worker.PriorEntries.Written, ref offset);
            if (bytes >= BatchBytes)
            {
                AddBatch(number);
            }

            bytes += _scope.Includes(path.Path, entry) && entry.Kind == EntryKind.File ? entry.Size : 0;
        }

        if (start > 0)
        {
            AddBatch(number);
        }

        return firstEnd;

        void AddBatch(int end)
        {
            if (start == 0)
            {
                firstEnd = end;
            }
            else
            {
                pool.Add(new Batch(position, start, end));
            }

            (start, bytes) = (end, 0);
        }
    }

    private void Check(in ManifestEntry entry, PathBuffer path, int directory, EngineWorker worker)
    {
        if (entry.Kind == EntryKind.Symlink)
        {
            CheckLink(entry, path, directory, worker);
            return;
        }

        var fd = Kernel.Open(directory, PathText.Terminated(entry.Name), Kernel.ReadFile);
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
        if (result == 0 && IsChanged(status, entry))
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

        if (result == 1 && Kernel.StatusOf(fd, out var after) == 0 && !after.IsSameVersionAs(status))
        {
            // A job was writing to it just now.
            Interlocked.Increment(ref _changed);
            return;
        }

        Count(status.Size, worker);
        if (result == 1)
        {
            Report(path, entry, new EntryProblem(
                ProblemKind.Failure, _target.Display(path.Path, entry.Name), "does not have the bytes that were copied"));
        }
    }

    private void CheckLink(in ManifestEntry entry, PathBuffer path, int directory, EngineWorker worker)
    {
        var name = PathText.Terminated(entry.Name);
        var result = Kernel.StatusOf(directory, name, out var status);
        if (result == 0 && IsChanged(status, entry))
        {
            Interlocked.Increment(ref _changed);
            return;
        }

        var length = result < 0 ? result : (int)Kernel.ReadSymlink(directory, name, worker.Data.AsSpan(0, SymlinkCopier.LongestTarget));
        if (length < 0)
        {
            Report(path, entry, EntryProblem.OfCall(_target.Display(path.Path, entry.Name), "readlink", -length));
            return;
        }

        Count(0, worker);
        if (!worker.Data.AsSpan(0, length).SequenceEqual(entry.LinkTarget))
        {
            Report(path, entry, new EntryProblem(
                ProblemKind.Failure, _target.Display(path.Path, entry.Name), "does not lead to where it should"));
        }
    }

    /// <summary>A program did that: there is no digest for what it wrote.</summary>
    private static bool IsChanged(in FileStatus status, in ManifestEntry entry) =>
        !SyncRule.IsAsRecorded(status, entry) && !SyncRule.IsDamaged(status, entry);

    private void Count(long bytes, EngineWorker worker)
    {
        Interlocked.Increment(ref _files);
        worker.Work = new WorkAmount(worker.Work.Bytes + bytes, worker.Work.Operations + 1);
        _progress.AddVerified(bytes);
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

using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Core.Pruning;

/// <summary>What was removed.</summary>
/// <param name="Files">Files and links.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="IsGone">Nothing is left, not even the root.</param>
/// <param name="Problems">What could not be removed.</param>
public sealed record RemovalReport(long Files, long Bytes, bool IsGone, IReadOnlyList<EntryProblem> Problems);

/// <summary>
/// Removes a staged tree: exactly the entries that are as recorded, then the directories that are empty. What a job made or changed stays,
/// whenever it did so.
/// </summary>
public sealed class StagedTreeRemover
{
    private readonly ManifestFile _manifest;
    private readonly TreeRoot _target;
    private readonly Lock _lock = new();
    private readonly List<EntryProblem> _problems = [];
    private long _files;
    private long _bytes;

    private StagedTreeRemover(ManifestFile manifest, TreeRoot target)
    {
        _manifest = manifest;
        _target = target;
    }

    /// <summary>Removes the tree below <paramref name="target"/> and, if it is empty then, the directory itself.</summary>
    /// <exception cref="ManifestException">The manifest is damaged.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the same call goes on from there.</exception>
    public static RemovalReport Run(ManifestFile manifest, TreeRoot target, AdaptiveLimiter limiter, CancellationToken cancellation)
    {
        var remover = new StagedTreeRemover(manifest, target);
        new WorkPool<object, EngineWorker>(
            new WorkPoolOptions { Limiter = limiter, ThreadName = "ferry-prune" },
            static () => new EngineWorker(),
            (position, worker, pool) =>
            {
                remover.RemoveEntries((int)position, worker, pool.Stopping);
                return worker.TakeWork();
            }).Run(Enumerable.Range(0, manifest.Index.Count).Select(static position => (object)position), cancellation);
        remover.RemoveDirectories();
        return new RemovalReport(remover._files, remover._bytes, remover.RemoveRoot(), remover._problems);
    }

    private void RemoveEntries(int position, EngineWorker worker, CancellationToken stopping)
    {
        var path = _manifest.Index.WritePath(position, worker.TargetPath);
        var directory = _target.OpenDirectory(path);
        if (directory < 0)
        {
            ReportUnlessGone(path, "open", directory);
            return;
        }

        TargetDirectory.MakeWritable(directory);
        worker.PriorEntries.Clear();
        _manifest.ReadEntries(position, worker.PriorEntries);
        for (var offset = 0; offset < worker.PriorEntries.Length && !stopping.IsCancellationRequested;)
        {
            Remove(directory, ManifestEntry.Read(worker.PriorEntries.Written, ref offset), path, worker);
        }

        RemoveUnfinished(directory, worker);
        Kernel.Close(directory);
    }

    /// <summary>What killed syncs had begun to write.</summary>
    private static void RemoveUnfinished(int directory, EngineWorker worker)
    {
        if (worker.Directory.Read(directory, static (name, _) => TemporaryName.IsTemporary(name)) < 0)
        {
            return;
        }

        var (names, entries) = worker.Directory.ToListing();
        foreach (var entry in entries)
        {
            _ = Kernel.Remove(directory, names.AsSpan(entry.NameOffset, entry.NameLength + 1));
        }
    }

    private void Remove(int directory, in ManifestEntry entry, PathBuffer path, EngineWorker worker)
    {
        var name = PathText.Terminated(entry.Name);
        if (Kernel.StatusOf(directory, name, out var found) < 0 || !SyncRule.IsAsRecorded(found, entry))
        {
            return;
        }

        var result = Kernel.Remove(directory, name);
        if (result < 0)
        {
            Report(EntryProblem.OfCall(_target.Display(path.Path, entry.Name), "unlink", -result));
            return;
        }

        worker.Work = new WorkAmount(worker.Work.Bytes, worker.Work.Operations + 1);
        Interlocked.Increment(ref _files);
        Interlocked.Add(ref _bytes, found.Kind == EntryKind.File ? found.Size : 0);
    }

    /// <summary>Children come after their parents in an index.</summary>
    private void RemoveDirectories()
    {
        var path = new PathBuffer();
        for (var position = _manifest.Index.Count - 1; position > 0; position--)
        {
            var parent = _target.OpenDirectory(_manifest.Index.WritePath(_manifest.Index[position].Parent, path));
            if (parent < 0)
            {
                continue;
            }

            var result = Kernel.Remove(parent, PathText.Terminated(_manifest.Index[position].Name), isDirectory: true);
            Kernel.Close(parent);
            if (result is not (-Errno.ENOTEMPTY or -Errno.EEXIST or -Errno.ENOTDIR))
            {
                ReportUnlessGone(_manifest.Index.WritePath(position, path), "rmdir", result);
            }
        }
    }

    private bool RemoveRoot()
    {
        var result = Kernel.Remove(Linux.Native.Fcntl.AT_FDCWD, PathText.ToTerminated(_target.Path), isDirectory: true);
        if (result is not (-Errno.ENOTEMPTY or -Errno.EEXIST))
        {
            ReportUnlessGone(new PathBuffer(), "rmdir", result);
        }

        return result is 0 or -Errno.ENOENT;
    }

    private void ReportUnlessGone(PathBuffer path, string operation, int result)
    {
        if (result is < 0 and not -Errno.ENOENT)
        {
            Report(EntryProblem.OfCall(_target.Display(path.Path), operation, -result));
        }
    }

    private void Report(EntryProblem problem)
    {
        lock (_lock)
        {
            _problems.Add(problem);
        }
    }
}

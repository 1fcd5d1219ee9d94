using System.Collections.Concurrent;
using Ferry.Core.Concurrency;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>What the removal of a copied tree did.</summary>
/// <param name="Removed">Files, links and directories that are gone.</param>
/// <param name="Kept">What stayed, each with the reason.</param>
public sealed record RemovalReport(long Removed, IReadOnlyList<EntryProblem> Kept);

/// <summary>
/// Removes the source of a copy: of all that is in it only what is exactly as the manifest says it was when it was copied. What is new or
/// has changed since stays, with the directories above it. A removal that was killed is finished by the same call.
/// </summary>
public sealed class CopiedTreeRemover
{
    private readonly ManifestFile _manifest;
    private readonly TreeRoot _root;
    private readonly Lazy<HashSet<ulong>> _linkedInodes;
    private readonly ConcurrentDictionary<ulong, bool> _unlinked = [];
    private readonly ConcurrentDictionary<string, EntryProblem> _failures = [];
    private long _removed;

    private CopiedTreeRemover(ManifestFile manifest, TreeRoot root)
    {
        _manifest = manifest;
        _root = root;
        _linkedInodes = new Lazy<HashSet<ulong>>(FindLinkedInodes);
    }

    /// <summary>Removes the tree below <paramref name="root"/>, and the root itself if nothing stays in it.</summary>
    /// <param name="manifest">Of the copy: it says what the source was.</param>
    /// <param name="root">The source.</param>
    /// <param name="limiter">How many requests may be under way.</param>
    /// <param name="cancellation">Ends the removal; what is not removed yet stays.</param>
    /// <exception cref="ManifestException">The manifest is damaged.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static RemovalReport Run(ManifestFile manifest, TreeRoot root, AdaptiveLimiter limiter, CancellationToken cancellation)
    {
        var remover = new CopiedTreeRemover(manifest, root);
        var positions = Enumerable.Range(0, manifest.Index.Count).Where(position => !manifest.Index[position].IsGone);
        new WorkPool<object, EngineWorker>(
            new WorkPoolOptions { Limiter = limiter, ThreadName = "ferry-remove" },
            static () => new EngineWorker(),
            (position, worker, pool) =>
            {
                remover.RemoveEntries((int)position, worker, pool.Stopping);
                return worker.TakeWork();
            }).Run(positions.Cast<object>(), cancellation);
        cancellation.ThrowIfCancellationRequested();
        remover.RemoveDirectories();
        var kept = remover.RemoveRoot() ? [] : RemainingEntries.Find(root, limiter, remover._failures, cancellation);
        return new RemovalReport(remover._removed, kept);
    }

    private void RemoveEntries(int position, EngineWorker worker, CancellationToken stopping)
    {
        var path = _manifest.Index.WritePath(position, worker.SourcePath);
        var directory = _root.OpenDirectory(path);
        if (directory < 0)
        {
            Fail(path.Path, default, "open", directory);
            return;
        }

        try
        {
            TargetDirectory.MakeWritable(directory);
            worker.PriorEntries.Clear();
            _manifest.ReadEntries(position, worker.PriorEntries);
            for (var offset = 0; offset < worker.PriorEntries.Length && !stopping.IsCancellationRequested;)
            {
                var entry = ManifestEntry.Read(worker.PriorEntries.Written, ref offset);
                if (!entry.IsGone)
                {
                    RemoveEntry(entry, path, directory, worker);
                }
            }
        }
        finally
        {
            Kernel.Close(directory);
        }
    }

    private void RemoveEntry(in ManifestEntry entry, PathBuffer path, int directory, EngineWorker worker)
    {
        var name = PathText.Terminated(entry.Name);
        if (Kernel.StatusOf(directory, name, out var found) < 0 || !IsAsCopied(entry, found, directory, name, worker))
        {
            return;
        }

        var result = Kernel.Remove(directory, name);
        if (result < 0)
        {
            Fail(path.Path, entry.Name, "unlink", result);
            return;
        }

        Interlocked.Increment(ref _removed);
        if (found.Links > 1)
        {
            _unlinked[found.Inode] = true;
        }
    }

    private bool IsAsCopied(in ManifestEntry entry, in FileStatus found, int directory, byte[] name, EngineWorker worker)
    {
        if (entry.IsRacy || found.Kind != entry.Kind || found.Size != entry.Size || found.Modified != entry.Modified || found.Inode != entry.Inode)
        {
            return false;
        }

        return found.Changed == entry.Changed || (entry.Kind == EntryKind.File && IsOtherNameOfRemoved(entry, found, directory, name, worker));
    }

    /// <summary>To remove one name of a file moves the change time that the others show. After a kill nobody knows which were removed: the contents tell.</summary>
    private bool IsOtherNameOfRemoved(in ManifestEntry entry, in FileStatus found, int directory, byte[] name, EngineWorker worker)
    {
        if (found.Permissions != entry.Permissions || found.Uid != entry.Uid || found.Gid != entry.Gid)
        {
            return false;
        }

        if (_unlinked.ContainsKey(found.Inode))
        {
            return true;
        }

        if (!_linkedInodes.Value.Contains(found.Inode))
        {
            return false;
        }

        var fd = Kernel.Open(directory, name, Kernel.ReadFile);
        if (fd < 0)
        {
            return false;
        }

        var isSame = ContentStream.Hash(fd, worker, out var digest) == 0 && digest == entry.Digest;
        Kernel.Close(fd);
        return isSame;
    }

    /// <summary>Inodes of which several names were copied.</summary>
    private HashSet<ulong> FindLinkedInodes()
    {
        var (seen, linked, entries) = (new HashSet<ulong>(), new HashSet<ulong>(), new ByteBuffer());
        for (var position = 0; position < _manifest.Index.Count; position++)
        {
            entries.Clear();
            _manifest.ReadEntries(position, entries);
            for (var offset = 0; offset < entries.Length;)
            {
                var inode = ManifestEntry.Read(entries.Written, ref offset).Inode;
                if (!seen.Add(inode))
                {
                    linked.Add(inode);
                }
            }
        }

        return linked;
    }

    /// <summary>Children come after their parents in an index: backwards, each is empty when its turn comes.</summary>
    private void RemoveDirectories()
    {
        var path = new PathBuffer();
        for (var position = _manifest.Index.Count - 1; position > 0; position--)
        {
            var parent = _root.OpenDirectory(_manifest.Index.WritePath(_manifest.Index[position].Parent, path));
            if (parent < 0)
            {
                continue;
            }

            var result = Kernel.Remove(parent, PathText.Terminated(_manifest.Index[position].Name), isDirectory: true);
            Kernel.Close(parent);
            if (result == 0)
            {
                _removed++;
            }
            else if (result is not (-Errno.ENOTEMPTY or -Errno.EEXIST))
            {
                Fail(path.Path, _manifest.Index[position].Name, "rmdir", result);
            }
        }
    }

    private bool RemoveRoot()
    {
        var path = _root.RealPath;
        var result = Kernel.Remove(Linux.Native.Fcntl.AT_FDCWD, PathText.ToTerminated(path), isDirectory: true);
        _removed += result == 0 ? 1 : 0;
        if (result is not (0 or -Errno.ENOENT or -Errno.ENOTEMPTY or -Errno.EEXIST))
        {
            Fail(default, default, "rmdir", result);
        }

        return result is 0 or -Errno.ENOENT;
    }

    private void Fail(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name, string operation, int result)
    {
        if (result is not (-Errno.ENOENT or -Errno.ENOTDIR or -Errno.ELOOP))
        {
            var path = _root.Display(directory, name);
            _failures[path] = EntryProblem.OfCall(path, operation, -result);
        }
    }
}

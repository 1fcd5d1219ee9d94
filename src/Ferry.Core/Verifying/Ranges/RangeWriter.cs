using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Linux.Native;
using Ferry.Core.Walking;

namespace Ferry.Core.Verifying;

/// <summary>Rewrites the wrong blocks of one file, and proves that they are right then.</summary>
internal sealed class RangeWriter(
    TreeRoot source, TreeRoot target, RepairItem item, WrongBlocks wrong, RangeWorker worker, CancellationToken stopping)
{
    private const ushort OwnerWrite = 0x80;

    // Only pages that differ are written: a hole beside them stays one.
    private const int PageSize = 4096;

    private static ReadOnlySpan<byte> Capability => "security.capability\0"u8;

    /// <summary>Writes through a descriptor of its own; mode, capabilities and time are as they should be afterwards.</summary>
    /// <param name="from">The source.</param>
    /// <param name="to">The target, open for reading.</param>
    /// <param name="modified">The time to give it: the source's.</param>
    public FileRepair Run(int from, int to, Timestamp modified)
    {
        var result = Kernel.StatusOf(to, out var before);
        if (result < 0)
        {
            return Failed(target, "statx", result);
        }

        var fd = OpenForWriting(to, before);
        if (fd < 0)
        {
            return Failed(target, "open for writing", fd);
        }

        // Whoever writes to a file takes its capabilities, and who is not root its setuid bit too.
        Span<byte> capability = stackalloc byte[64];
        var capabilityLength = (int)Kernel.GetAttribute(to, Capability, capability);
        FileRepair? failure = null;
        try
        {
            failure = Rewrite(from, fd) ?? Prove(to);
        }
        finally
        {
            result = capabilityLength > 0 ? Kernel.SetAttribute(to, Capability, capability[..capabilityLength]) : 0;
            result = RestoreMode(to, before) is var mode and < 0 ? mode : result;
            var closed = Kernel.CloseWritten(fd);
            failure ??= closed < 0 ? Failed(target, "close", closed) : null;
        }

        // The time comes last: a file that is not right yet keeps one that tells that it was written to.
        result = result < 0 || failure is not null ? result : Kernel.SetModified(to, modified);
        return failure ?? (result < 0 ? Failed(target, "set mode or time", result) : new FileRepair(item.Path, RepairOutcome.Repaired, wrong.ToRanges(), null));
    }

    private int OpenForWriting(int to, in FileStatus before)
    {
        if (Kernel.EffectiveUser != 0 && before.Uid == Kernel.EffectiveUser && (before.Permissions & OwnerWrite) == 0)
        {
            _ = Kernel.SetPermissions(to, (ushort)(before.Permissions | OwnerWrite));
        }

        var flags = (Kernel.ReadFile & ~Fcntl.O_ACCMODE) | Fcntl.O_RDWR;
        var fd = OpenName.OpenFile(target, item.Path, flags, worker.Path);
        if (fd < 0)
        {
            _ = RestoreMode(to, before);
            return fd;
        }

        if (Kernel.StatusOf(fd, out var opened) == 0 && opened.Inode == before.Inode && opened.Device == before.Device
            && opened.Links == before.Links)
        {
            return fd;
        }

        // Another file has the name by now, or this one has another name.
        Kernel.Close(fd);
        _ = RestoreMode(to, before);
        return -Errno.ESTALE;
    }

    private static int RestoreMode(int to, in FileStatus before)
    {
        var result = Kernel.StatusOf(to, out var after);
        return result < 0 || after.Permissions == before.Permissions ? result : Kernel.SetPermissions(to, before.Permissions);
    }

    private FileRepair? Rewrite(int from, int fd)
    {
        var result = wrong.TargetLength == wrong.SourceLength ? 0 : Kernel.Truncate(fd, wrong.SourceLength);
        if (result < 0)
        {
            return Failed(target, "truncate", result);
        }

        foreach (var (offset, length, contents) in wrong.Blocks)
        {
            stopping.ThrowIfCancellationRequested();
            var read = worker.ReadSource(from, offset, out var expected);
            if (read < 0)
            {
                return Failed(source, "read", read);
            }

            if (expected.Length < length || Blake3.Hash(expected[..length]) != contents)
            {
                return new FileRepair(item.Path, RepairOutcome.Failed, wrong.ToRanges(), new EntryProblem(
                    ProblemKind.Failure, source.Display(item.Path), "changed while its copy was being repaired; the copy is still wrong"));
            }

            result = WriteDifferingPages(fd, offset, expected[..length]);
            if (result < 0)
            {
                return Failed(target, "write", result);
            }
        }

        result = Kernel.Sync(fd);
        return result < 0 ? Failed(target, "fsync", result) : null;
    }

    private int WriteDifferingPages(int fd, long offset, ReadOnlySpan<byte> expected)
    {
        if (worker.ReadTarget(fd, offset, expected.Length, out var actual) < expected.Length)
        {
            return Kernel.WriteAt(fd, expected, offset);
        }

        for (var start = 0; start < expected.Length;)
        {
            if (IsSamePage(expected, actual, start))
            {
                start += PageSize;
                continue;
            }

            var end = start + PageSize;
            while (end < expected.Length && !IsSamePage(expected, actual, end))
            {
                end += PageSize;
            }

            end = Math.Min(end, expected.Length);
            var result = Kernel.WriteAt(fd, expected[start..end], offset + start);
            if (result < 0)
            {
                return result;
            }

            start = end;
        }

        return 0;
    }

    private static bool IsSamePage(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other, int start)
    {
        var length = Math.Min(PageSize, one.Length - start);
        return one.Slice(start, length).SequenceEqual(other.Slice(start, length));
    }

    /// <summary>Reads again, past the page cache, what was written; null when it is right.</summary>
    private FileRepair? Prove(int to)
    {
        Kernel.DropCache(to);
        foreach (var (offset, length, contents) in wrong.Blocks)
        {
            stopping.ThrowIfCancellationRequested();
            var read = worker.ReadTarget(to, offset, length, out var actual);
            if (read < 0)
            {
                return Failed(target, "read again", read);
            }

            if (Blake3.Hash(actual) != contents)
            {
                return new FileRepair(item.Path, RepairOutcome.Failed, wrong.ToRanges(), new EntryProblem(
                    ProblemKind.Failure, target.Display(item.Path), "was rewritten, but does not give back what was written"));
            }
        }

        return null;
    }

    private FileRepair Failed(TreeRoot root, string operation, int result) => new(
        item.Path, RepairOutcome.Failed, wrong.ToRanges(), EntryProblem.OfCall(root.Display(item.Path), operation, -result));
}

using System.Buffers.Binary;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>
/// Lets the next run go on in the middle of a large file: it is written under a temporary name that the journal tells of, with each range that
/// has arrived. What earlier runs have left like that is taken over if the source is still what they read, and removed if not. Thread-safe
/// but for <see cref="SortOut"/>.
/// </summary>
internal sealed class UnfinishedFiles(CopyContext context, TreePlan plan, ManifestWriter writer)
{
    private const uint OwnerReadWrite = 0x180;

    private readonly Lock _lock = new();
    private readonly Dictionary<(DirectoryPlan Plan, int Entry), List<UnfinishedFile>> _usable = [];
    private readonly HashSet<byte[]> _neededNames = new(PathComparer.Instance);

    /// <summary>How much room such files take on a target.</summary>
    public static long BytesOn(TreeRoot target, IReadOnlyList<UnfinishedFile> files)
    {
        var bytes = 0L;
        foreach (var file in files)
        {
            if (OpenDirectory(target, file) is var directory and >= 0)
            {
                // Ranges arrive in any order: the size alone tells nothing.
                var isThere = Kernel.StatusOf(directory, file.TemporaryName, out var found) == 0 && found.Kind == EntryKind.File;
                bytes += isThere ? Math.Min(found.Size, file.RangeCount * (long)LargeFile.RangeBytes) : 0;
                Kernel.Close(directory);
            }
        }

        return bytes;
    }

    /// <summary>Finds out which files this run can go on with, and removes the others: the room may be needed, and their directories be gone.</summary>
    public void SortOut()
    {
        if (plan.Prior.UnfinishedFiles is not { Count: > 0 } files)
        {
            return;
        }

        var live = new Dictionary<byte[], DirectoryPlan>(PathComparer.Instance);
        plan.Directories.ForEach(directory => live[directory.Node.GetPath()] = directory);
        foreach (var file in files)
        {
            var directory = live.GetValueOrDefault(file.Directory);
            var entry = directory is null ? -1 : Find(directory.Node, file.Name);
            if (entry >= 0 && LargeFile.IsLarge(directory!, entry) && IsUsable(file, directory!.Node.Entries[entry].Status))
            {
                AddUsable(directory, entry, file);
            }
            else if (plan.HasFailures)
            {
                // What could not be read this time may be there the next time.
                _neededNames.Add(file.TemporaryName);
            }
            else
            {
                Remove(file, directory);
            }
        }
    }

    /// <summary>True for the temporary name, terminated, of a file that this run, or the next one, can go on with.</summary>
    public bool IsNeeded(ReadOnlySpan<byte> name)
    {
        lock (_lock)
        {
            return _neededNames.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(name);
        }
    }

    /// <summary>
    /// Opens the target of a file: one that was left by an earlier run, with what its journal claims of it, or a new one. The journal tells
    /// of it from here on.
    /// </summary>
    /// <param name="file">Its present status is what the next run compares.</param>
    /// <param name="permissions">Of a new file.</param>
    /// <param name="worker">Buffers.</param>
    public NewFile Open(LargeFile file, uint permissions, EngineWorker worker)
    {
        NewFile? taken = null;
        foreach (var former in TakeUsable(file))
        {
            if (taken is null && IsUsable(former, file.Status))
            {
                taken = TryTakeOver(file, former, permissions, worker);
            }

            _ = Kernel.Remove(file.Pair.Target, former.TemporaryName);
        }

        if (taken is { } target)
        {
            return target;
        }

        var name = Begin(file, worker);
        return NewFile.CreateNamed(file.Pair.Target, permissions, name);
    }

    /// <summary>Records that a range has arrived. It survives a kill; after a crash of the machine the range is proven or copied again.</summary>
    public void Record(LargeFile file, int range, EngineWorker worker)
    {
        Span<byte> record = stackalloc byte[UnfinishedFile.RangeRecordBytes];
        BinaryPrimitives.WriteInt32LittleEndian(record, range);
        file.ChainOf(range).CopyTo(record[sizeof(int)..]);
        RangeSegment.EncodeRanges(worker.Encoded, file.Record, record);
        writer.Append(worker.Encoded.Written);
    }

    private static int OpenDirectory(TreeRoot target, UnfinishedFile file)
    {
        var path = new PathBuffer();
        path.Append(file.Directory);
        return target.OpenDirectory(path);
    }

    private static bool IsUsable(UnfinishedFile file, in FileStatus source) => file.RangeBytes == LargeFile.RangeBytes && file.IsFrom(source);

    private static int Find(DirectoryNode node, ReadOnlySpan<byte> name)
    {
        var (low, high) = (0, node.Entries.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            switch (NameOrder.Compare(node.NameOf(node.Entries[middle]), name))
            {
                case 0:
                    return middle;
                case < 0:
                    low = middle + 1;
                    break;
                default:
                    high = middle - 1;
                    break;
            }
        }

        return -1;
    }

    private void AddUsable(DirectoryPlan directory, int entry, UnfinishedFile file)
    {
        if (!_usable.TryGetValue((directory, entry), out var files))
        {
            _usable.Add((directory, entry), files = []);
        }

        files.Add(file);
        _neededNames.Add(file.TemporaryName);
    }

    /// <summary>Those of one file, the one of which most is known to be there first. Only the first who asks gets them.</summary>
    private List<UnfinishedFile> TakeUsable(LargeFile file)
    {
        lock (_lock)
        {
            if (!_usable.Remove((file.Unit.Plan, file.Entry), out var files))
            {
                return [];
            }

            files.ForEach(former => _neededNames.Remove(former.TemporaryName));
            files.Sort(static (a, b) => b.RangeCount.CompareTo(a.RangeCount));
            return files;
        }
    }

    /// <summary>Names the file anew and has the journal tell of that. The name is free, for now.</summary>
    private ReadOnlyMemory<byte> Begin(LargeFile file, EngineWorker worker)
    {
        var name = file.NameBuffer.AsMemory(0, TemporaryName.Next(file.NameBuffer).Length);
        var node = file.Unit.Plan.Node;
        RangeSegment.EncodeFile(
            worker.Encoded, node.WritePath(worker.ScratchPath).Path, node.NameOf(node.Entries[file.Entry]), file.Status, LargeFile.RangeBytes, name.Span);
        file.Record = writer.Append(worker.Encoded.Written).Offset;
        return name;
    }

    /// <summary>
    /// The rename decides who of several processes takes it, and shows the one who writes to it, should he be alive, that it is no longer his. The
    /// journal tells of the new name before there is one: a kill in between leaves one of both.
    /// </summary>
    private NewFile? TryTakeOver(LargeFile file, UnfinishedFile former, uint permissions, EngineWorker worker)
    {
        var directory = file.Pair.Target;
        if (Kernel.StatusOf(directory, former.TemporaryName, out var found) < 0 || !IsOurs(found, file.Status))
        {
            return null;
        }

        var name = Begin(file, worker);
        RangeSegment.EncodeRanges(worker.Encoded, file.Record, former.Ranges.Written);
        writer.Append(worker.Encoded.Written);
        if (Kernel.Rename(directory, former.TemporaryName, name.Span) < 0)
        {
            return null;
        }

        var fd = OpenOurs(directory, name.Span, found, permissions | OwnerReadWrite);
        if (fd < 0)
        {
            _ = Kernel.Remove(directory, name.Span);
            return null;
        }

        file.Claim(former);
        return NewFile.TakeOver(fd, directory, name);
    }

    private static int OpenOurs(int directory, ReadOnlySpan<byte> name, in FileStatus expected, uint permissions)
    {
        // It may be read-only already: the kill came when all was there but its name.
        var reading = Kernel.Open(directory, name, Kernel.ReadFile);
        if (reading < 0)
        {
            return reading;
        }

        var result = Kernel.StatusOf(reading, out var found);
        result = result < 0 ? result : !IsSameFile(found, expected) ? -Errno.ESTALE : Kernel.SetPermissions(reading, (ushort)permissions);
        Kernel.Close(reading);
        if (result < 0)
        {
            return result;
        }

        var fd = Kernel.Open(directory, name, Kernel.UpdateFile);
        if (fd >= 0 && (Kernel.StatusOf(fd, out found) < 0 || !IsSameFile(found, expected)))
        {
            Kernel.Close(fd);
            return -Errno.ESTALE;
        }

        return fd;
    }

    private static bool IsSameFile(in FileStatus found, in FileStatus expected) =>
        found.Kind == EntryKind.File && found.Inode == expected.Inode && found.Device == expected.Device && found.Links == 1 && found.Uid == expected.Uid;

    /// <summary>A file that nobody else has under another name, or owns; as root it may have got its final owner already.</summary>
    private static bool IsOurs(in FileStatus found, in FileStatus source) =>
        found.Kind == EntryKind.File && found.Links == 1 && found.Size <= source.Size
        && (found.Uid == Kernel.EffectiveUser || (Kernel.EffectiveUser == 0 && found.Uid == source.Uid));

    private void Remove(UnfinishedFile file, DirectoryPlan? live)
    {
        var directory = OpenDirectory(context.Target, file);
        if (directory < 0)
        {
            return;
        }

        if (Kernel.StatusOf(directory, file.TemporaryName, out _) == 0)
        {
            TargetDirectory.MakeWritable(directory);
            _ = Kernel.Remove(directory, file.TemporaryName);
            if (live is not null)
            {
                live.RefreshDirectory = true;
            }
        }

        Kernel.Close(directory);
    }
}

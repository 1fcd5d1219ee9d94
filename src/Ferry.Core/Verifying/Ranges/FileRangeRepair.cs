using Ferry.Core.Linux;
using Ferry.Core.Progress;
using Ferry.Core.Walking;

namespace Ferry.Core.Verifying;

/// <summary>
/// Repairs one file: compares it with its source block by block while the source is hashed, and only if that has the expected digest rewrites
/// the wrong blocks, of which each is proven again to be what was hashed. Thread-safe.
/// </summary>
internal sealed class FileRangeRepair(TreeRoot source, TreeRoot target, RepairOptions options, TransferProgress progress)
{
    /// <summary>Repairs the file, or finds what is wrong with it.</summary>
    /// <param name="item">The file.</param>
    /// <param name="known">What the target had under the name, and with how many others, when that was decided.</param>
    /// <param name="mayWrite">False: if it needs to be written, it needs to be copied anew.</param>
    /// <param name="worker">Buffers.</param>
    /// <param name="stopping">Ends the repair.</param>
    public FileRepair Run(RepairItem item, in FileStatus known, bool mayWrite, RangeWorker worker, CancellationToken stopping)
    {
        var from = OpenName.OpenFile(source, item.Path, Kernel.ReadFile, worker.Path);
        if (from < 0)
        {
            return Failed(source, item, "open", from);
        }

        var to = OpenName.OpenFile(target, item.Path, Kernel.ReadFile, worker.Path);
        try
        {
            return to < 0 ? Failed(target, item, "open", to) : Run(item, known, mayWrite, from, to, worker, stopping);
        }
        finally
        {
            Kernel.Close(from);
            if (to >= 0)
            {
                Kernel.Close(to);
            }
        }
    }

    private FileRepair Run(
        RepairItem item, in FileStatus known, bool mayWrite, int from, int to, RangeWorker worker, CancellationToken stopping)
    {
        var wrong = new WrongBlocks();
        var result = Kernel.StatusOf(from, out var sourceStatus);
        if (result < 0 || sourceStatus.Kind != EntryKind.File)
        {
            return result < 0 ? Failed(source, item, "statx", result) : NoLongerHas(item);
        }

        result = Kernel.StatusOf(to, out var targetStatus);
        if (result < 0 || targetStatus.Inode != known.Inode || targetStatus.Device != known.Device || targetStatus.Links != known.Links)
        {
            // Not the file that was looked at, or it has got another name since.
            return Failed(target, item, "statx", result < 0 ? result : -Errno.ESTALE);
        }

        if (Compare(item, from, to, wrong, worker, stopping) is { } failure)
        {
            return failure;
        }

        var outcome = wrong.IsEmpty ? RepairOutcome.Same : !options.Writes ? RepairOutcome.Found : RepairOutcome.NeedsCopy;
        return outcome == RepairOutcome.NeedsCopy && mayWrite
            ? new RangeWriter(source, target, item, wrong, worker, stopping).Run(from, to, sourceStatus.Modified)
            : new FileRepair(item.Path, outcome, wrong.ToRanges(), null);
    }

    /// <summary>Finds the wrong blocks; null when that went well and the source has the expected bytes.</summary>
    private FileRepair? Compare(RepairItem item, int from, int to, WrongBlocks wrong, RangeWorker worker, CancellationToken stopping)
    {
        Kernel.DropCache(to);
        worker.Hasher.Reset();
        for (long offset = 0; ; offset += WrongBlocks.BlockSize)
        {
            stopping.ThrowIfCancellationRequested();
            var length = worker.ReadSource(from, offset, out var expected);
            if (length < 0)
            {
                return Failed(source, item, "read", length);
            }

            worker.Hasher.Append(expected);
            // A block that the target's storage cannot give back is wrong; to write it is what makes a disk replace it.
            var found = worker.ReadTarget(to, offset, length, out var actual);
            if (found is < 0 and not -Errno.EIO)
            {
                return Failed(target, item, "read", found);
            }

            if (!actual.SequenceEqual(expected))
            {
                wrong.Add(offset, expected);
            }

            progress.AddBytes(length);
            options.Bandwidth?.Consume(length, stopping);
            if (length < WrongBlocks.BlockSize)
            {
                wrong.SourceLength = offset + length;
                break;
            }
        }

        var result = Kernel.StatusOf(to, out var status);
        wrong.TargetLength = status.Size;
        return result < 0 ? Failed(target, item, "statx", result) : worker.Hasher.Finish() == item.Expected ? null : NoLongerHas(item);
    }

    private FileRepair NoLongerHas(RepairItem item) => new(item.Path, RepairOutcome.Failed, [], new EntryProblem(
        ProblemKind.Failure, source.Display(item.Path), "the source no longer has these bytes: nothing was repaired"));

    private static FileRepair Failed(TreeRoot root, RepairItem item, string operation, int result) =>
        new(item.Path, RepairOutcome.Failed, [], EntryProblem.OfCall(root.Display(item.Path), operation, -result));
}

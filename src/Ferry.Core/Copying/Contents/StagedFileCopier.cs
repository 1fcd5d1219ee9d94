using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>Copies files to a staged tree, where each is to be like its source in every respect. Thread-safe.</summary>
internal sealed class StagedFileCopier(CopyContext context, AttributeCopier attributes) : FileCopier(context)
{
    private const ushort SpecialBits = 0xE00;
    private const ushort OwnerWrite = 0x80;

    /// <inheritdoc/>
    public override CopyOutcome? SetMetadata(in Attempt copy, int target, in FileStatus status)
    {
        var setsMode = copy.Pair.HasDefaultAcl || (status.Permissions & SpecialBits) != 0 || NeedsWritePermission(status);
        var result = SetAll(
            copy.Source, target, status, Kernel.EffectiveUser, copy.Pair.InheritedGroup, setsMode, isNew: true, copy.Pair.HasDefaultAcl);
        return result < 0 ? ReportWrite(copy.Name, "set mode, owner or times", -result, copy.Worker) : null;
    }

    /// <summary>Sets mode, owner, attributes and times of a staged file whose contents are right already.</summary>
    public CopyOutcome Update(in DirectoryPair pair, ReadOnlySpan<byte> name, in FileStatus status, EngineWorker worker)
    {
        var source = Kernel.Open(pair.Source, name, Kernel.ReadFile);
        if (source < 0)
        {
            return ReportRead(name, "open", -source, worker);
        }

        var target = Kernel.Open(pair.Target, name, Kernel.ReadFile);
        var result = target;
        if (target >= 0)
        {
            _ = Kernel.StatusOf(target, out var current);
            if (NeedsWritePermission(current))
            {
                _ = Kernel.SetPermissions(target, (ushort)(current.Permissions | OwnerWrite));
            }

            result = SetAll(source, target, status, current.Uid, current.Gid, setsMode: true, isNew: false, removeInherited: true);
            Kernel.Close(target);
        }

        Kernel.Close(source);
        return result < 0 ? ReportWrite(name, "set mode, owner or times", -result, worker) : CopyOutcome.Copied;
    }

    /// <inheritdoc/>
    public override CopyOutcome? Publish(in Attempt copy, ref NewFile target, in FileStatus status, in Digest digest)
    {
        if (copy.Landing.Adopts && !HasContents(copy.Pair.Target, copy.Name, copy.Worker, digest))
        {
            Context.Report(new EntryProblem(
                ProblemKind.Conflict, DisplayTarget(copy.Name, copy.Worker), EntryProblem.NewerOnTarget));
            return CopyOutcome.Failed;
        }

        var result = target.Publish(Context, copy.Name);
        // NFS may answer a repeated request with ENOENT although the first was done: what counts is what is there now.
        if (result >= 0 || (result == -Errno.ENOENT && HasContents(copy.Pair.Target, copy.Name, copy.Worker, digest)))
        {
            Context.CountCopied(status.Size);
            return CopyOutcome.Copied;
        }

        // ENOENT: another process took the temporary file for a leftover, as can happen without working locks. EAGAIN: no file
        // without a name can be linked here. Both: write it again.
        return result is -Errno.ENOENT or -Errno.EAGAIN ? null : ReportWrite(copy.Name, "rename", -result, copy.Worker);
    }

    /// <summary>
    /// Owner first: changing it clears setuid and capabilities. Attributes before the mode, for a user may not set them on a file that he
    /// may not write. Times last: everything else would move them.
    /// </summary>
    private int SetAll(
        int source, int target, in FileStatus wanted, uint currentOwner, uint currentGroup, bool setsMode, bool isNew, bool removeInherited)
    {
        var result = Ownership.Set(target, wanted, currentOwner, currentGroup);
        if (attributes.Copy(source, target, isNew, removeInherited) < 0)
        {
            Context.CountLostAttributes();
        }

        if (result >= 0 && setsMode)
        {
            result = Kernel.SetPermissions(target, wanted.Permissions);
        }

        return result < 0 ? result : Kernel.SetModified(target, Context.Options.FileTimes ?? wanted.Modified);
    }
}

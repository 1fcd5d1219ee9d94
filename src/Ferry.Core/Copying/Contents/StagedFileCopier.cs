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
    public override CopyOutcome? SetMetadata(in Attempt copy, in NewFile target, in FileStatus status)
    {
        var result = target.IsTakenOver ? SetAllAnew(copy.Source, target.Fd, status) : SetAll(
            copy.Source, target.Fd, status, Kernel.EffectiveUser, copy.Pair.InheritedGroup,
            setsMode: copy.Pair.HasDefaultAcl || (status.Permissions & SpecialBits) != 0 || NeedsWritePermission(status),
            isNew: true, copy.Pair.HasDefaultAcl);
        return result < 0 ? ReportWrite(copy.Name, "set mode, owner or times", -result, copy.Worker) : null;
    }

    /// <summary>Sets mode, owner, attributes and times of a staged file whose contents are right already.</summary>
    /// <param name="pair">Its directories.</param>
    /// <param name="name">Its name, terminated.</param>
    /// <param name="landing">A version that may not be overwritten keeps its time too, by which it is told from others.</param>
    /// <param name="status">The source's status.</param>
    /// <param name="digest">What it should hold.</param>
    /// <param name="worker">Buffers.</param>
    public CopyOutcome Update(
        in DirectoryPair pair, ReadOnlySpan<byte> name, Landing landing, in FileStatus status, in Digest digest, EngineWorker worker)
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
            if (landing.MayReplace?.Invoke(current) == false && !HasContents(pair.Target, name, worker, digest))
            {
                Kernel.Close(source);
                Kernel.Close(target);
                Context.Report(new EntryProblem(ProblemKind.Conflict, DisplayTarget(name, worker), EntryProblem.NewerOnTarget));
                return CopyOutcome.Failed;
            }

            if (NeedsWritePermission(current))
            {
                _ = Kernel.SetPermissions(target, (ushort)(current.Permissions | OwnerWrite));
            }

            result = SetAllAnew(source, target, status);
            Kernel.Close(target);
        }

        Kernel.Close(source);
        return result < 0 ? ReportWrite(name, "set mode, owner or times", -result, worker) : CopyOutcome.Copied;
    }

    /// <inheritdoc/>
    public override CopyOutcome? Publish(in Attempt copy, ref NewFile target, in FileStatus status, in Digest digest)
    {
        var result = 0;
        if (copy.Landing == Landing.Anything)
        {
            result = target.Publish(Context, copy.Name);
        }
        else if (IsTaken(copy, digest, out var known))
        {
            Context.Report(new EntryProblem(
                ProblemKind.Conflict, DisplayTarget(copy.Name, copy.Worker), EntryProblem.NewerOnTarget));
            return CopyOutcome.Failed;
        }
        else
        {
            // A directory cannot be overwritten, but exchanged: this is to fail.
            result = known is { Kind: EntryKind.Directory } ? target.Publish(Context, copy.Name) : target.PublishGuarded(Context, copy.Name, known);
        }

        // NFS may answer a repeated request with ENOENT although the first was done, and without working locks another process may have
        // brought the same: what counts is what is there now.
        if (result >= 0 || (result is -Errno.ENOENT or -Errno.EEXIST && HasContents(copy.Pair.Target, copy.Name, copy.Worker, digest)))
        {
            Context.CountCopied(status.Size);
            return CopyOutcome.Copied;
        }

        // ENOENT: another process took the temporary file for a leftover, as can happen without working locks. EAGAIN: no file
        // without a name can be linked here. EEXIST: it has another version by now. All: write it again.
        return result is -Errno.ENOENT or -Errno.EAGAIN or -Errno.EEXIST ? null : ReportWrite(copy.Name, "rename", -result, copy.Worker);
    }

    /// <summary>Whether somebody's own version has the name; <paramref name="known"/> is what has it, or null if it is free.</summary>
    private static bool IsTaken(in Attempt copy, in Digest digest, out FileStatus? known)
    {
        known = Kernel.StatusOf(copy.Pair.Target, copy.Name, out var found) == 0 ? found : null;
        return known is { Kind: not EntryKind.Directory } && copy.Landing.MayReplace?.Invoke(found) != true
            && !HasContents(copy.Pair.Target, copy.Name, copy.Worker, digest);
    }

    /// <summary>Sets everything on a file that may have had other things set on it before.</summary>
    private int SetAllAnew(int source, int target, in FileStatus wanted)
    {
        var result = Kernel.StatusOf(target, out var current);
        return result < 0 ? result : SetAll(source, target, wanted, current.Uid, current.Gid, setsMode: true, isNew: false, removeInherited: true);
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

using Ferry.Core.Copying;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Pushing;

/// <summary>
/// Copies files from the staged tree to the source. A file that is replaced keeps its owner, group, mode and attributes, but becomes executable where
/// a job has made it so; a new one in a
/// directory that is setgid or has a default access list gets what the directory gives. Contents are on storage before they get their
/// name: what is brought back may exist nowhere else. Thread-safe.
/// </summary>
internal sealed class PushedFileCopier(CopyContext context) : FileCopier(context)
{
    // One for each side: it remembers whether its file system has attributes at all.
    private readonly AttributeCopier _staged = new();
    private readonly AttributeCopier _former = new();

    private const ushort SpecialBits = 0xE00;
    private const ushort OwnerExecute = 0x40;
    private const ushort AllRead = 0x124;

    /// <inheritdoc/>
    public override CopyOutcome? SetMetadata(in Attempt copy, in NewFile target, in FileStatus status)
    {
        var result = copy.Landing.Replaces is { Kind: EntryKind.File } former ? SetAsFormer(copy, target.Fd, status, former) : SetAsNew(copy, target.Fd, status);
        result = result < 0 ? result : Kernel.SetModified(target.Fd, status.Modified);
        if (result < 0)
        {
            return ReportWrite(copy.Name, "set mode, owner or times", -result, copy.Worker);
        }

        result = Kernel.Sync(target.Fd);
        return result < 0 ? ReportWrite(copy.Name, "fsync", -result, copy.Worker) : null;
    }

    /// <inheritdoc/>
    public override CopyOutcome? Publish(in Attempt copy, ref NewFile target, in FileStatus status, in Digest digest)
    {
        var name = copy.Landing.Name ?? copy.Name;
        _ = Kernel.StatusOf(target.Fd, out var written);
        var result = target.PublishGuarded(Context, name, copy.Landing.Replaces);
        if (result is -Errno.ENOENT or -Errno.EAGAIN)
        {
            return null;
        }

        if (result == -Errno.EEXIST)
        {
            return ReportTaken(copy, digest);
        }

        if (result < 0)
        {
            return ReportWrite(name, "rename", -result, copy.Worker);
        }

        if (Kernel.StatusOf(copy.Pair.Target, name, out var landed) == 0
            && landed.Inode == written.Inode && landed.Size == written.Size && landed.Modified == written.Modified)
        {
            copy.Landing.Landed = landed;
        }

        Context.CountCopied(status.Size);
        return CopyOutcome.Copied;
    }

    /// <summary>Somebody has the name by now: well if it is what was to get there, as when a killed push is continued.</summary>
    private CopyOutcome ReportTaken(in Attempt copy, in Digest digest)
    {
        if (copy.Landing.Replaces is null && HasContents(copy.Pair.Target, copy.Landing.Name ?? copy.Name, copy.Worker, digest))
        {
            return CopyOutcome.Copied;
        }

        Context.Report(new EntryProblem(ProblemKind.Conflict, DisplayTarget(copy.Name, copy.Worker), EntryProblem.PushRace));
        return CopyOutcome.Failed;
    }

    private int SetAsFormer(in Attempt copy, int target, in FileStatus status, in FileStatus former)
    {
        var result = Ownership.Set(target, former, Kernel.EffectiveUser, copy.Pair.InheritedGroup);
        var fd = Kernel.Open(copy.Pair.Target, copy.Name, Kernel.ReadFile);
        if (fd >= 0)
        {
            CountLost(_former.Copy(fd, target, isNew: true, copy.Pair.HasDefaultAcl));
            Kernel.Close(fd);
        }

        // Most programs replace a file by a new one with the mode that their umask gives: of that only a script's being one is meant.
        var becameExecutable = copy.Landing.StagedPermissions is { } staged && (staged & OwnerExecute) == 0 && (status.Permissions & OwnerExecute) != 0;
        var permissions = becameExecutable ? former.Permissions | ((former.Permissions & AllRead) >> 2) : former.Permissions;
        return result < 0 ? result : Kernel.SetPermissions(target, (ushort)permissions);
    }

    private int SetAsNew(in Attempt copy, int target, in FileStatus status)
    {
        var group = copy.Pair.IsSetGroupId ? copy.Pair.InheritedGroup : status.Gid;
        var result = Ownership.Set(target, status.Uid, group, Kernel.EffectiveUser, copy.Pair.InheritedGroup);
        CountLost(_staged.Copy(copy.Source, target, isNew: true, removeInherited: false));
        var setsMode = (status.Permissions & SpecialBits) != 0 || NeedsWritePermission(status);
        return result < 0 || !setsMode ? result : Kernel.SetPermissions(target, status.Permissions);
    }

    private void CountLost(int result)
    {
        if (result < 0)
        {
            Context.CountLostAttributes();
        }
    }
}

using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>How the copy of one file ended.</summary>
internal enum CopyOutcome
{
    Copied,
    Vanished,
    Failed,
}

/// <summary>
/// Copies one file: read, hash and write in one pass to a temporary name beside the final one, then mode, owner, attributes and times, then
/// rename. The source is asked before and after whether it changed meanwhile. Thread-safe.
/// </summary>
internal sealed class FileCopier(CopyContext context, AttributeCopier attributes)
{
    /// <summary>How often a file that changes while it is read is tried.</summary>
    public const int Attempts = 3;

    private const ushort SpecialBits = 0xE00;
    private const ushort OrdinaryBits = 0x1FF;
    private const ushort OwnerWrite = 0x80;

    /// <summary>Copies the file.</summary>
    /// <param name="pair">Its directories.</param>
    /// <param name="name">Its name, terminated.</param>
    /// <param name="adopt">The target has a newer file that nobody recorded: it is only taken over, if its contents are equal.</param>
    /// <param name="worker">Buffers.</param>
    /// <param name="status">The walk's status; becomes the status that the copied contents belong to.</param>
    /// <param name="digest">Digest of the contents.</param>
    public CopyOutcome Copy(
        in DirectoryPair pair, ReadOnlySpan<byte> name, bool adopt, EngineWorker worker, ref FileStatus status, out Digest digest)
    {
        digest = default;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var source = Kernel.Open(pair.Source, name, Kernel.ReadFile);
            if (source < 0)
            {
                return ReportRead(name, "open", -source, worker);
            }

            try
            {
                var outcome = TryOnce(new Attempt(pair, name, source, worker), adopt, ref status, out digest);
                if (outcome is { } final)
                {
                    return final;
                }
            }
            finally
            {
                Kernel.Close(source);
            }
        }

        return ReportChanging(name, worker);
    }

    /// <summary>Gives up on a file that is being written to.</summary>
    public CopyOutcome ReportChanging(ReadOnlySpan<byte> name, EngineWorker worker)
    {
        Report(name, worker, $"changed while it was being read, {Attempts} times in a row; try again when it is not being written to");
        return CopyOutcome.Failed;
    }

    /// <summary>Makes the file that will take the place of the target's.</summary>
    public NewFile Create(in DirectoryPair pair, in FileStatus status, byte[] nameBuffer) =>
        NewFile.Create(
            context, pair.Target, (uint)((status.Permissions & OrdinaryBits) | (NeedsWritePermission(status) ? OwnerWrite : 0)), nameBuffer);

    /// <summary>One attempt's constants.</summary>
    public readonly ref struct Attempt(DirectoryPair pair, ReadOnlySpan<byte> name, int source, EngineWorker worker)
    {
        public readonly DirectoryPair Pair = pair;
        public readonly ReadOnlySpan<byte> Name = name;
        public readonly int Source = source;
        public readonly EngineWorker Worker = worker;
    }

    /// <summary>Null when the file is not, or was no longer, what <paramref name="status"/> says: that is set to what it is, try again.</summary>
    private CopyOutcome? TryOnce(in Attempt copy, bool adopt, ref FileStatus status, out Digest digest)
    {
        digest = default;
        var target = Create(copy.Pair, status, copy.Worker.NameBuffer);
        if (target.Fd < 0)
        {
            return ReportWrite(copy.Name, "open", -target.Fd, copy.Worker);
        }

        try
        {
            var isSame = false;
            var failure = Fill(copy, target.Fd, status, out digest, out var hasOtherLength)
                ?? CheckUnchanged(copy, hasOtherLength, ref status, out isSame);
            return failure ?? (isSame ? Publish(copy, ref target, adopt, status, digest) : null);
        }
        finally
        {
            if (target.Fd >= 0)
            {
                target.Discard();
            }
        }
    }

    /// <summary>Compares the source with what it was before; a failure if it cannot be asked or is no file any more.</summary>
    /// <param name="copy">The attempt.</param>
    /// <param name="hasOtherLength">Other than <paramref name="status"/>'s size was read: then the file must have changed, or its storage lies.</param>
    /// <param name="status">What it was; becomes what it is.</param>
    /// <param name="isSame">Nothing was written in between.</param>
    public CopyOutcome? CheckUnchanged(in Attempt copy, bool hasOtherLength, ref FileStatus status, out bool isSame)
    {
        var result = Kernel.StatusOf(copy.Source, out var after);
        isSame = result == 0 && after.IsSameVersionAs(status);
        status = after;
        if (result < 0)
        {
            return ReportRead(copy.Name, "statx", -result, copy.Worker);
        }

        if (after.Kind != EntryKind.File)
        {
            Report(copy.Name, copy.Worker, "was replaced by something else while the tree was being read; run the sync again");
            return CopyOutcome.Failed;
        }

        return isSame && hasOtherLength ? ReportRead(copy.Name, "read a part of", Errno.EIO, copy.Worker) : null;
    }

    /// <summary>Writes contents and metadata; null when that went well or the file got shorter meanwhile.</summary>
    private CopyOutcome? Fill(in Attempt copy, int target, in FileStatus status, out Digest digest, out bool hasOtherLength)
    {
        var stream = new ContentStream(context, copy.Worker, copy.Source, target);
        var result = stream.CopyAll(status, out digest);
        hasOtherLength = stream.HasOtherLength;
        if (result < 0)
        {
            return stream.FailedOnRead
                ? ReportRead(copy.Name, "read", -result, copy.Worker)
                : ReportWrite(copy.Name, "write", -result, copy.Worker);
        }

        return SetMetadata(copy, target, status);
    }

    /// <summary>Gives a new file the attributes, owner, mode and times of its source; null when that went well.</summary>
    public CopyOutcome? SetMetadata(in Attempt copy, int target, in FileStatus status)
    {
        var setsMode = copy.Pair.HasDefaultAcl || (status.Permissions & SpecialBits) != 0 || NeedsWritePermission(status);
        var result = SetAll(
            copy.Source, target, status, Kernel.EffectiveUser, copy.Pair.InheritedGroup, setsMode, isNew: true, copy.Pair.HasDefaultAcl);
        return result < 0 ? ReportWrite(copy.Name, "set mode, owner or times", -result, copy.Worker) : null;
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
            context.CountLostAttributes();
        }

        if (result >= 0 && setsMode)
        {
            result = Kernel.SetPermissions(target, wanted.Permissions);
        }

        return result < 0 ? result : Kernel.SetModified(target, context.Options.FileTimes ?? wanted.Modified);
    }

    private static bool NeedsWritePermission(in FileStatus status) =>
        Kernel.EffectiveUser != 0 && (status.Permissions & OwnerWrite) == 0;

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

    public CopyOutcome? Publish(in Attempt copy, ref NewFile target, bool adopt, in FileStatus status, in Digest digest)
    {
        if (adopt && !HasContents(copy.Pair.Target, copy.Name, copy.Worker, digest))
        {
            context.Report(new EntryProblem(
                ProblemKind.Conflict, DisplayTarget(copy.Name, copy.Worker), EntryProblem.NewerOnTarget));
            return CopyOutcome.Failed;
        }

        var result = target.Publish(context, copy.Name);
        // NFS may answer a repeated request with ENOENT although the first was done: what counts is what is there now.
        if (result >= 0 || (result == -Errno.ENOENT && HasContents(copy.Pair.Target, copy.Name, copy.Worker, digest)))
        {
            context.CountCopied(status.Size);
            return CopyOutcome.Copied;
        }

        // ENOENT: another process took the temporary file for a leftover, as can happen without working locks. EAGAIN: no file
        // without a name can be linked here. Both: write it again.
        return result is -Errno.ENOENT or -Errno.EAGAIN ? null : ReportWrite(copy.Name, "rename", -result, copy.Worker);
    }

    /// <summary>Hashes a file of the target and compares.</summary>
    public static bool HasContents(int directory, ReadOnlySpan<byte> name, EngineWorker worker, in Digest expected)
    {
        var fd = Kernel.Open(directory, name, Kernel.ReadFile);
        if (fd < 0)
        {
            return false;
        }

        var result = ContentStream.Hash(fd, worker, out var found);
        Kernel.Close(fd);
        return result >= 0 && found == expected;
    }

    public CopyOutcome ReportRead(ReadOnlySpan<byte> name, string operation, int errno, EngineWorker worker)
    {
        var problem = EntryProblem.OfRead(context.Source.Display(worker.SourcePath.Path, name[..^1]), operation, errno);
        context.Report(problem);
        return problem.Kind == ProblemKind.Warning ? CopyOutcome.Vanished : CopyOutcome.Failed;
    }

    public CopyOutcome ReportWrite(ReadOnlySpan<byte> name, string operation, int errno, EngineWorker worker)
    {
        context.Report(EntryProblem.OfCall(DisplayTarget(name, worker), operation, errno));
        return CopyOutcome.Failed;
    }

    private void Report(ReadOnlySpan<byte> name, EngineWorker worker, string reason) => context.Report(
        new EntryProblem(ProblemKind.Failure, context.Source.Display(worker.SourcePath.Path, name[..^1]), reason));

    private string DisplayTarget(ReadOnlySpan<byte> name, EngineWorker worker) =>
        context.Target.Display(worker.SourcePath.Path, name[..^1]);
}

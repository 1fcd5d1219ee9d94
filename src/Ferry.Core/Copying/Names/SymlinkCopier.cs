using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>Copies symbolic links: what they say, never what they lead to. Thread-safe.</summary>
internal sealed class SymlinkCopier(CopyContext context)
{
    // PATH_MAX: no link is longer.
    public const int LongestTarget = 4096;

    /// <summary>Copies one link under a temporary name and renames it.</summary>
    /// <param name="pair">Its directories.</param>
    /// <param name="name">Its name, terminated.</param>
    /// <param name="landing">What it may take the place of.</param>
    /// <param name="status">The source's status.</param>
    /// <param name="worker">Buffers; the link's target is left at the start of its data buffer.</param>
    /// <param name="length">Length of the link's target.</param>
    public CopyOutcome Copy(
        in DirectoryPair pair, ReadOnlySpan<byte> name, Landing landing, in FileStatus status, EngineWorker worker, out int length)
    {
        length = (int)Kernel.ReadSymlink(pair.Source, name, worker.Data.AsSpan(0, LongestTarget));
        if (length < 0)
        {
            var problem = EntryProblem.OfRead(context.Source.Display(worker.SourcePath.Path, name[..^1]), "readlink", -length);
            context.Report(problem);
            return problem.Kind == ProblemKind.Warning ? CopyOutcome.Vanished : CopyOutcome.Failed;
        }

        if (IsTaken(pair, name, landing) && !IsSameLink(pair.Target, name, worker.Data.AsSpan(0, length)))
        {
            context.Report(new EntryProblem(
                ProblemKind.Conflict,
                context.Target.Display(worker.SourcePath.Path, name[..^1]),
                EntryProblem.NewerOnTarget));
            return CopyOutcome.Failed;
        }

        worker.Data[length] = 0;
        int result;
        var attempt = 0;
        do
        {
            result = Make(pair, name, status, worker.Data.AsSpan(0, length + 1));
        }
        while (result == -Errno.ENOENT && ++attempt < TemporaryName.Attempts);

        if (result < 0)
        {
            context.Report(EntryProblem.OfCall(context.Target.Display(worker.SourcePath.Path, name[..^1]), "symlink", -result));
            return CopyOutcome.Failed;
        }

        context.CountCopied(0);
        return CopyOutcome.Copied;
    }

    private int Make(in DirectoryPair pair, ReadOnlySpan<byte> name, in FileStatus status, ReadOnlySpan<byte> terminatedTarget)
    {
        Span<byte> buffer = stackalloc byte[TemporaryName.MaxLength];
        var temporary = TemporaryName.Next(buffer);
        var result = Kernel.MakeSymlink(terminatedTarget, pair.Target, temporary);
        result = result < 0 ? result : Ownership.Set(pair.Target, temporary, status, Kernel.EffectiveUser, pair.InheritedGroup);
        result = result < 0 ? result : Kernel.SetModified(pair.Target, temporary, context.Options.FileTimes ?? status.Modified);
        result = result < 0 ? result : Kernel.Rename(pair.Target, temporary, name);
        if (result < 0)
        {
            _ = Kernel.Remove(pair.Target, temporary);
        }

        return result;
    }

    private static bool IsTaken(in DirectoryPair pair, ReadOnlySpan<byte> name, Landing landing) =>
        landing != Landing.Anything && Kernel.StatusOf(pair.Target, name, out var found) == 0 && found.Kind != EntryKind.Directory
        && landing.MayReplace?.Invoke(found) != true;

    private static bool IsSameLink(int directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected)
    {
        Span<byte> found = stackalloc byte[LongestTarget];
        var length = (int)Kernel.ReadSymlink(directory, name, found);
        return length >= 0 && found[..length].SequenceEqual(expected);
    }
}

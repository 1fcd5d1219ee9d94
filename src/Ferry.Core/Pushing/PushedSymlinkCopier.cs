using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Pushing;

/// <summary>Makes the staged tree's symbolic links in the source. Thread-safe.</summary>
internal sealed class PushedSymlinkCopier(CopyContext context, PushRecorder recorder)
{
    /// <summary>Copies a link and records it, if it gets its own name.</summary>
    /// <param name="item">The staged link.</param>
    /// <param name="terminatedName">Its name in the source.</param>
    /// <param name="replaces">The version that it takes the place of; null for a name that must be free.</param>
    /// <param name="pair">Its directories.</param>
    /// <param name="worker">Buffers.</param>
    public CopyOutcome Copy(PushItem item, ReadOnlySpan<byte> terminatedName, FileStatus? replaces, in DirectoryPair pair, EngineWorker worker)
    {
        var read = ItemContents.Read(pair.Source, item, EntryKind.Symlink, worker, out var link);
        if (read < 0)
        {
            context.Report(EntryProblem.OfRead(context.Source.Display(worker.SourcePath.Path, item.Name), "readlink", -read));
            return read == -Errno.ENOENT ? CopyOutcome.Vanished : CopyOutcome.Failed;
        }

        Span<byte> buffer = stackalloc byte[TemporaryName.MaxLength];
        var temporary = TemporaryName.Next(buffer);
        var result = Make(item, PathText.Terminated(link), temporary, pair);
        result = result < 0 ? result
            : replaces is { } version ? GuardedRename.Replace(pair.Target, temporary, terminatedName, version)
            : GuardedRename.TakeFree(pair.Target, temporary, terminatedName);
        if (result < 0)
        {
            _ = Kernel.Remove(pair.Target, temporary);
            return result == -Errno.EEXIST && replaces is null && IsSame(pair.Target, terminatedName, link, worker) ? CopyOutcome.Copied : Failed(item, terminatedName, result);
        }

        context.CountCopied(0);
        if (terminatedName.SequenceEqual(item.TerminatedName)
            && Kernel.StatusOf(pair.Target, terminatedName, out var landed) == 0 && landed.Kind == EntryKind.Symlink)
        {
            recorder.AddCommon(worker, item, landed, link, item.Staged.Modified);
        }

        return CopyOutcome.Copied;
    }

    private static int Make(PushItem item, byte[] link, ReadOnlySpan<byte> temporary, in DirectoryPair pair)
    {
        var group = pair.IsSetGroupId ? pair.InheritedGroup : item.Staged.Gid;
        var result = Kernel.MakeSymlink(link, pair.Target, temporary);
        result = result < 0 ? result : Ownership.Set(pair.Target, temporary, item.Staged.Uid, group, Kernel.EffectiveUser, pair.InheritedGroup);
        return result < 0 ? result : Kernel.SetModified(pair.Target, temporary, item.Staged.Modified);
    }

    /// <summary>As when a killed push is continued.</summary>
    private static bool IsSame(int directory, ReadOnlySpan<byte> name, byte[] link, EngineWorker worker)
    {
        var length = (int)Kernel.ReadSymlink(directory, name, worker.Data.AsSpan(0, SymlinkCopier.LongestTarget));
        return length >= 0 && worker.Data.AsSpan(0, length).SequenceEqual(link);
    }

    private CopyOutcome Failed(PushItem item, ReadOnlySpan<byte> terminatedName, int result)
    {
        var path = context.Target.Display(item.Directory.Node.GetPath(), terminatedName[..^1]);
        context.Report(result == -Errno.EEXIST
            ? new EntryProblem(ProblemKind.Conflict, path, EntryProblem.PushRace)
            : EntryProblem.OfCall(path, "symlink", -result));
        return CopyOutcome.Failed;
    }
}

using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>
/// Gives directories their mode, owner, attributes and times once everything in them is in place: any later change in one then shows
/// in its modification time. Removes what killed runs left. Thread-safe but for <see cref="Restrict"/>.
/// </summary>
internal sealed class DirectoryFinisher(CopyContext context, AttributeCopier attributes, bool removesLeftovers)
{
    private const ushort OwnerAll = 0x1C0;

    /// <summary>Finishes one directory. One whose mode would lock this user out keeps it open until <see cref="Restrict"/>.</summary>
    public void Finish(DirectoryPlan plan, EngineWorker worker)
    {
        if (!DirectoryPair.TryOpen(context, plan.Node, worker, out var pair))
        {
            return;
        }

        using (pair)
        {
            if (removesLeftovers)
            {
                RemoveLeftovers(pair.Target, worker);
            }

            var result = SetMetadata(pair, plan.Node.Status);
            if (result < 0)
            {
                context.Report(EntryProblem.OfCall(context.Target.Display(plan.Node.GetPath()), "set mode, owner or times", -result));
            }
        }
    }

    /// <summary>True for a directory that this user could not work in with its final mode.</summary>
    public static bool IsRestricted(DirectoryPlan plan) =>
        Kernel.EffectiveUser != 0 && (plan.Node.Status.Permissions & OwnerAll) != OwnerAll;

    /// <summary>Sets the final mode of a restricted directory; to be called for the deepest first.</summary>
    public void Restrict(DirectoryPlan plan, EngineWorker worker)
    {
        var path = plan.Node.WritePath(worker.TargetPath);
        var fd = context.Target.OpenDirectory(path);
        var result = fd < 0 ? fd : Kernel.SetPermissions(fd, plan.Node.Status.Permissions);
        if (result < 0)
        {
            context.Report(EntryProblem.OfCall(context.Target.Display(path.Path), "chmod", -result));
        }

        if (fd >= 0)
        {
            Kernel.Close(fd);
        }
    }

    private int SetMetadata(in DirectoryPair pair, in FileStatus wanted)
    {
        if (attributes.Copy(pair.Source, pair.Target, isNew: false, removeInherited: true) < 0)
        {
            context.CountLostAttributes();
        }

        var result = Kernel.StatusOf(pair.Target, out var current);
        result = result < 0 ? result : Ownership.Set(pair.Target, wanted, current.Uid, current.Gid);
        var mode = Kernel.EffectiveUser == 0 ? wanted.Permissions : (ushort)(wanted.Permissions | OwnerAll);
        if (result >= 0 && mode != current.Permissions)
        {
            result = Kernel.SetPermissions(pair.Target, mode);
        }

        return result < 0 ? result : Kernel.SetModified(pair.Target, wanted.Modified);
    }

    private static void RemoveLeftovers(int target, EngineWorker worker)
    {
        // The reader has its own position in the directory: the descriptor is used for nothing else that lists.
        if (worker.Directory.Read(target, static (name, _) => TemporaryName.IsTemporary(name) && !TemporaryName.IsOwn(name)) < 0)
        {
            return;
        }

        var (names, entries) = worker.Directory.ToListing();
        foreach (var entry in entries)
        {
            _ = Kernel.Remove(target, names.AsSpan(entry.NameOffset, entry.NameLength + 1));
        }
    }
}

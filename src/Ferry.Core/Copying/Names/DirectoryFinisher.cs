using System.Text;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>
/// Gives directories their mode, owner, attributes and times once everything in them is in place: any later change in one then shows
/// in its modification time. Removes what killed runs left. Thread-safe but for <see cref="Restrict"/>.
/// </summary>
/// <param name="context">Both ends, and where problems go.</param>
/// <param name="attributes">Copies extended attributes.</param>
/// <param name="prior">What was recorded before this run.</param>
/// <param name="unfinished">Which temporary files are still of use.</param>
/// <param name="findOthers">Names the processes that work on the same target at the same time; asked once, when the first directory is finished.</param>
internal sealed class DirectoryFinisher(
    CopyContext context, AttributeCopier attributes, PriorTree prior, UnfinishedFiles unfinished, Func<HashSet<string>> findOthers)
{
    private const ushort OwnerAll = 0x1C0;
    private const ushort OwnerReadSearch = 0x140;

    private readonly Lazy<HashSet<string>> _others = new(findOthers);

    /// <summary>Finishes one directory. One whose mode would lock this user out keeps it open until <see cref="Restrict"/>.</summary>
    public void Finish(DirectoryPlan plan, EngineWorker worker)
    {
        if (!DirectoryPair.TryOpen(context, plan.Node, worker, out var pair))
        {
            return;
        }

        using (pair)
        {
            var isShared = prior.HasUnfinishedRuns && !RemoveLeftovers(pair.Target, worker);
            var result = SetMetadata(pair, plan.Node.Status);
            // The one who still works here sets the time in the end; killed, it leaves a time at which the next run looks closer.
            result = result < 0 || isShared ? result : Kernel.SetModified(pair.Target, plan.Node.Status.Modified);
            if (result < 0)
            {
                context.Report(EntryProblem.OfCall(context.Target.Display(plan.Node.GetPath()), "set mode, owner or times", -result));
            }

            FindMissing(plan, pair.Target, worker);
        }
    }

    /// <summary>True for a directory that this user could not work in with its final mode.</summary>
    public static bool IsRestricted(DirectoryPlan plan) =>
        Kernel.EffectiveUser != 0 && (plan.Node.Status.Permissions & OwnerAll) != OwnerAll;

    /// <summary>
    /// Sets the final mode of a restricted directory; to be called for the deepest first. It stays readable: the next run must look into it,
    /// and a mode without that is one that hid its entries from this run too.
    /// </summary>
    public void Restrict(DirectoryPlan plan, EngineWorker worker)
    {
        var path = plan.Node.WritePath(worker.TargetPath);
        var fd = context.Target.OpenDirectory(path);
        var result = fd < 0 ? fd : Kernel.SetPermissions(fd, (ushort)(plan.Node.Status.Permissions | OwnerReadSearch));
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
        var result = Kernel.StatusOf(pair.Target, out var current);
        result = result < 0 ? result : Ownership.Set(pair.Target, wanted, current.Uid, current.Gid);
        // A user may not set attributes on a directory that he may not write; and lists change the mode, so it comes after them.
        var mode = Kernel.EffectiveUser == 0 ? wanted.Permissions : (ushort)(wanted.Permissions | OwnerAll);
        if (Kernel.EffectiveUser != 0 && (current.Permissions & OwnerAll) != OwnerAll)
        {
            _ = Kernel.SetPermissions(pair.Target, mode);
        }

        if (attributes.Copy(pair.Source, pair.Target, isNew: false, removeInherited: true) < 0)
        {
            context.CountLostAttributes();
        }

        return result < 0 ? result : Kernel.SetPermissions(pair.Target, mode);
    }

    /// <summary>
    /// Looks whether all is there, now that the time is set: what is deleted from here on shows in it, and what a purge had deleted since it
    /// was staged would never show.
    /// </summary>
    private void FindMissing(DirectoryPlan plan, int target, EngineWorker worker)
    {
        if (context.Stopping.IsCancellationRequested)
        {
            return;
        }

        // From the beginning: the search for leftovers has read to the end.
        _ = Kernel.Seek(target, 0, Linux.Native.Unistd.SEEK_SET);
        var result = worker.Directory.Read(target, null);
        if (result < 0)
        {
            context.Report(EntryProblem.OfCall(context.Target.Display(plan.Node.GetPath()), "getdents64", -result));
            return;
        }

        var (names, entries) = worker.Directory.ToListing();
        EntrySort.SortByName(entries, names);
        var missing = plan.Actions is null ? CountMissingRecords(plan, names, entries, worker) : CountMissing(plan, names, entries);
        if (missing > 0)
        {
            // Any other time makes the next run look at each file.
            _ = Kernel.SetModified(target, default);
            context.Report(new EntryProblem(
                ProblemKind.Failure,
                context.Target.Display(plan.Node.GetPath()),
                $"{missing:N0} staged files disappeared during the sync (purged?); run it again"));
        }
    }

    private static int CountMissing(DirectoryPlan plan, byte[] names, TreeEntry[] found)
    {
        var (missing, next) = (0, 0);
        for (var i = 0; i < plan.Node.Entries.Length; i++)
        {
            var entry = plan.Node.Entries[i];
            if (entry.Status.Kind != EntryKind.Directory && plan.Actions![i] != EntryAction.Skip)
            {
                missing += Contains(names, found, ref next, plan.Node.NameOf(entry)) ? 0 : 1;
            }
        }

        return missing;
    }

    private int CountMissingRecords(DirectoryPlan plan, byte[] names, TreeEntry[] found, EngineWorker worker)
    {
        worker.PriorEntries.Clear();
        prior.Read(plan.Prior, plan.Node.WritePath(worker.TargetPath), worker.PriorEntries, worker.Encoded);
        var (missing, next) = (0, 0);
        for (var offset = 0; offset < worker.PriorEntries.Length;)
        {
            var entry = ManifestEntry.Read(worker.PriorEntries.Written, ref offset);
            missing += entry.IsGone || Contains(names, found, ref next, entry.Name) ? 0 : 1;
        }

        return missing;
    }

    /// <summary>Both sides ascend: the search goes on where the last one ended.</summary>
    private static bool Contains(byte[] names, TreeEntry[] found, ref int next, ReadOnlySpan<byte> name)
    {
        while (next < found.Length && NameOrder.Compare(NameOf(names, found[next]), name) < 0)
        {
            next++;
        }

        return next < found.Length && NameOf(names, found[next]).SequenceEqual(name);
    }

    private static ReadOnlySpan<byte> NameOf(byte[] names, in TreeEntry entry) => names.AsSpan(entry.NameOffset, entry.NameLength);

    /// <summary>
    /// Removes the temporary files of runs that were killed. False when there are some of a run under way, as only happens without
    /// working locks.
    /// </summary>
    private bool RemoveLeftovers(int target, EngineWorker worker)
    {
        if (worker.Directory.Read(target, static (name, _) => TemporaryName.IsTemporary(name) && !TemporaryName.IsOwn(name)) < 0)
        {
            return true;
        }

        var (names, entries) = worker.Directory.ToListing();
        var all = true;
        foreach (var entry in entries)
        {
            var name = names.AsSpan(entry.NameOffset, entry.NameLength + 1);
            if (_others.Value.Contains(Encoding.ASCII.GetString(TemporaryName.OwnerOf(name[..^1]))))
            {
                all = false;
            }
            else if (!unfinished.IsNeeded(name))
            {
                _ = Kernel.Remove(target, name);
            }
        }

        return all;
    }
}

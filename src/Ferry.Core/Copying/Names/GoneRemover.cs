using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>
/// Removes directories from the target that the source no longer has: all of them in a sync with deletion, else only those in whose place
/// the source now has something that is not a directory. Only what was staged and not changed since is removed.
/// </summary>
internal sealed class GoneRemover(CopyContext context, TreePlan plan)
{
    private readonly ByteBuffer _entries = new();
    private readonly PathBuffer _path = new();
    private readonly Dictionary<int, DirectoryPlan> _live = [];

    public void Run(bool all)
    {
        if (plan.GoneDirectories.Count == 0)
        {
            return;
        }

        plan.Directories.ForEach(directory => _live[directory.Prior] = directory);
        var index = plan.Prior.Committed!.Index;
        var removes = all ? null : FindReplaced(index);
        // Children come after their parents in an index: backwards, each is empty when its turn comes.
        for (var i = plan.GoneDirectories.Count - 1; i >= 0; i--)
        {
            var position = plan.GoneDirectories[i];
            if ((removes is null || removes.Contains(position)) && Remove(index, position))
            {
                plan.RemovedDirectories.Add(position);
            }
        }
    }

    private HashSet<int> FindReplaced(ManifestIndex index)
    {
        var replaced = new HashSet<int>();
        foreach (var position in plan.GoneDirectories)
        {
            var parent = index[position].Parent;
            if (replaced.Contains(parent) || (_live.TryGetValue(parent, out var live) && HasEntry(live.Node, index[position].Name)))
            {
                replaced.Add(position);
            }
        }

        return replaced;
    }

    private static bool HasEntry(DirectoryNode node, ReadOnlySpan<byte> name)
    {
        foreach (ref readonly var entry in node.Entries)
        {
            if (node.NameOf(entry).SequenceEqual(name))
            {
                // A directory without a plan vanished while the tree was being read.
                return entry.Status.Kind != EntryKind.Directory;
            }
        }

        return false;
    }

    private bool Remove(ManifestIndex index, int position)
    {
        var directory = context.Target.OpenDirectory(index.WritePath(position, _path));
        if (directory < 0)
        {
            return directory is -Errno.ENOENT or -Errno.ENOTDIR;
        }

        TargetDirectory.MakeWritable(directory);
        try
        {
            RemoveEntries(directory, position);
        }
        catch (ManifestException)
        {
            // Nobody knows any more what was staged there: it is reported as not empty.
        }

        Kernel.Close(directory);

        var name = PathText.Terminated(index[position].Name);
        var parent = context.Target.OpenDirectory(index.WritePath(index[position].Parent, _path));
        var result = parent;
        if (parent >= 0)
        {
            TargetDirectory.MakeWritable(parent);
            result = Kernel.Remove(parent, name, isDirectory: true);
            Kernel.Close(parent);
        }

        if (_live.TryGetValue(index[position].Parent, out var live))
        {
            // Its mode and time have moved, also where nothing else is to be done in it.
            live.RefreshDirectory = true;
        }

        if (result < 0)
        {
            context.Report(new EntryProblem(
                ProblemKind.Warning, context.Target.Display(index.WritePath(position, _path).Path), "gone from the source, but not empty on scratch: kept"));
            return false;
        }

        context.CountRemoved();
        return true;
    }

    private void RemoveEntries(int directory, int position)
    {
        _entries.Clear();
        plan.Prior.Committed!.ReadEntries(position, _entries);
        for (var offset = 0; offset < _entries.Length;)
        {
            var entry = ManifestEntry.Read(_entries.Written, ref offset);
            var name = PathText.Terminated(entry.Name);
            if (Kernel.StatusOf(directory, name, out var found) == 0 && SyncRule.IsAsRecorded(found, entry)
                && Kernel.Remove(directory, name) == 0)
            {
                context.CountRemoved();
            }
        }
    }
}

using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>
/// As <see cref="GoneRemover"/>, for directories that only the journal of an unfinished run tells of: without this they would be taken for a
/// job's own, and stand for ever in the way of what takes their name.
/// </summary>
internal sealed class UnfinishedRemover(CopyContext context, TreePlan plan)
{
    private readonly Dictionary<byte[], DirectoryPlan> _live = new(PathComparer.Instance);

    public void Run(bool all)
    {
        if (!plan.Prior.HasUnfinishedRuns || plan.HasFailures)
        {
            return;
        }

        plan.Directories.ForEach(directory => _live[directory.Node.GetPath()] = directory);
        foreach (var path in FindGone().OrderByDescending(static path => path.Length))
        {
            if (all || IsReplaced(path))
            {
                Remove(path);
            }
        }
    }

    private HashSet<byte[]> FindGone()
    {
        var gone = new HashSet<byte[]>(PathComparer.Instance);
        foreach (var recorded in plan.Prior.UnfinishedPaths)
        {
            for (var path = recorded; path.Length > 0 && !_live.ContainsKey(path); path = ParentOf(path))
            {
                gone.Add(path);
            }
        }

        return gone;
    }

    /// <summary>The source has something that is not a directory under this name, or one above.</summary>
    private bool IsReplaced(byte[] path)
    {
        var name = path;
        for (; !_live.ContainsKey(ParentOf(name)); name = ParentOf(name))
        {
        }

        var parent = _live[ParentOf(name)].Node;
        foreach (ref readonly var entry in parent.Entries)
        {
            if (parent.NameOf(entry).SequenceEqual(NameOf(name)))
            {
                // A directory without a plan vanished while the tree was being read.
                return entry.Status.Kind != EntryKind.Directory;
            }
        }

        return false;
    }

    private void Remove(byte[] path)
    {
        var directory = Open(path);
        if (directory < 0)
        {
            return;
        }

        TargetDirectory.MakeWritable(directory);
        var entries = plan.Prior.UnfinishedEntriesOf(path);
        for (var offset = 0; offset < entries.Length;)
        {
            var entry = ManifestEntry.Read(entries, ref offset);
            var name = PathText.Terminated(entry.Name);
            if (Kernel.StatusOf(directory, name, out var found) == 0 && SyncRule.IsAsRecorded(found, entry) && Kernel.Remove(directory, name) == 0)
            {
                context.CountRemoved();
            }
        }

        Kernel.Close(directory);
        RemoveDirectory(path);
    }

    /// <summary>What is not empty has something in it that was not staged, or that the committed manifest tells of: then it is not done yet.</summary>
    private void RemoveDirectory(byte[] path)
    {
        var parent = Open(ParentOf(path));
        if (parent < 0)
        {
            return;
        }

        TargetDirectory.MakeWritable(parent);
        if (Kernel.Remove(parent, PathText.Terminated(NameOf(path)), isDirectory: true) == 0)
        {
            context.CountRemoved();
        }

        Kernel.Close(parent);
        if (_live.TryGetValue(ParentOf(path), out var live))
        {
            live.RefreshDirectory = true;
        }
    }

    private int Open(byte[] path)
    {
        var buffer = new PathBuffer();
        buffer.Append(path);
        return context.Target.OpenDirectory(buffer);
    }

    private static byte[] ParentOf(byte[] path) => path[..Math.Max(0, Array.LastIndexOf(path, (byte)'/'))];

    private static ReadOnlySpan<byte> NameOf(byte[] path) => path.AsSpan(Array.LastIndexOf(path, (byte)'/') + 1);
}

using Ferry.Core.Linux;
using Ferry.Core.Manifests;

namespace Ferry.Core.Copying;

/// <summary>Completes the new manifest: what did not change is taken over from the former one, then comes the index.</summary>
internal sealed class ManifestCommit(TreePlan plan, ManifestWriter writer)
{
    private readonly ManifestFile? _former = plan.Prior.Committed;
    private readonly ByteBuffer _raw = new();

    /// <summary>Writes, syncs and renames. The data must be on storage already.</summary>
    /// <exception cref="LinuxException">A step failed.</exception>
    public void Run()
    {
        var nodes = new ManifestIndexBuilder.Node?[_former?.Index.Count ?? 0];
        ManifestIndexBuilder.Node? root = null;
        foreach (var directory in plan.Directories)
        {
            var node = NodeOf(directory);
            directory.IndexNode = node;
            if (directory.Prior >= 0)
            {
                nodes[directory.Prior] = node;
            }

            root = directory.Node.Parent is null ? node : root;
        }

        foreach (var directory in plan.Directories)
        {
            (directory.Node.Parent?.Tag as DirectoryPlan)?.IndexNode!.Children.Add(directory.IndexNode!);
        }

        AddGone(nodes);
        writer.Commit(ManifestIndexBuilder.Build(root!), plan.Totals);
    }

    private ManifestIndexBuilder.Node NodeOf(DirectoryPlan directory)
    {
        var status = directory.Node.Status;
        var segments = directory.Actions is null ? TakeOver(directory.Prior) : Array.FindAll(directory.Segments, static s => s.Length > 0);
        return new ManifestIndexBuilder.Node(directory.Node.Name.ToArray(), parent => new ManifestDirectory
        {
            Parent = parent,
            Name = directory.Node.Name.ToArray(),
            IsUnsorted = directory.Actions is null ? _former is not null && directory.Prior >= 0 && _former.Index[directory.Prior].IsUnsorted : directory.GoneEntries.Length > 0,
            Permissions = status.Permissions,
            Uid = status.Uid,
            Gid = status.Gid,
            Modified = status.Modified,
            Changed = status.Changed,
            Segments = segments,
        });
    }

    /// <summary>Parents come before children in an index, so a gone directory's parent has its node already.</summary>
    private void AddGone(ManifestIndexBuilder.Node?[] nodes)
    {
        foreach (var position in plan.GoneDirectories)
        {
            var former = _former!.Index[position];
            if (plan.RemovedDirectories.Contains(position) || nodes[former.Parent] is not { } parentNode)
            {
                continue;
            }

            SegmentLocation[] segments = [.. TakeOver(position), .. TakeOverUnfinished(position)];
            nodes[position] = new ManifestIndexBuilder.Node(former.Name, parent => new ManifestDirectory
            {
                Parent = parent,
                Name = former.Name,
                IsGone = true,
                IsUnsorted = former.IsUnsorted || segments.Length > former.Segments.Length,
                Permissions = former.Permissions,
                Uid = former.Uid,
                Gid = former.Gid,
                Modified = former.Modified,
                Changed = former.Changed,
                Segments = segments,
            });
            parentNode.Children.Add(nodes[position]!);
        }
    }

    /// <summary>What runs that did not commit, such as pushes, have recorded of a directory that is gone: as gone as the rest of it.</summary>
    private SegmentLocation[] TakeOverUnfinished(int position)
    {
        var path = _former!.Index.WritePath(position, new PathBuffer()).Path;
        var entries = plan.Prior.UnfinishedEntriesOf(path);
        if (entries.IsEmpty)
        {
            return [];
        }

        ManifestSegment.Begin(_raw, path);
        for (var offset = 0; offset < entries.Length;)
        {
            ManifestEntry.WriteFlagged(_raw, ManifestEntry.Read(entries, ref offset), EntryFlags.Gone, EntryFlags.Unproven);
        }

        ManifestSegment.End(_raw);
        return [writer.Append(_raw.Written)];
    }

    private SegmentLocation[] TakeOver(int position) => position < 0
        ? []
        : Array.ConvertAll(_former!.Index[position].Segments, segment =>
        {
            _raw.Clear();
            _former.ReadRaw(segment, _raw);
            return writer.Append(_raw.Written);
        });
}

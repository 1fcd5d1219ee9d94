using Ferry.Core.Linux;

namespace Ferry.Core.Verifying;

/// <summary>Compares which names are one file. Only files with several names on one of the sides are kept in memory. Thread-safe.</summary>
internal sealed class LinkComparison
{
    private readonly List<(byte[] Path, FileId Source, FileId Target)> _names = [];

    private readonly record struct FileId(ulong Device, ulong Inode)
    {
        public static FileId Of(in FileStatus status) => new(status.Device, status.Inode);
    }

    public void Add(in EntryPair pair)
    {
        if (pair.Source!.Value.Links < 2 && pair.Target!.Value.Links < 2)
        {
            return;
        }

        var (source, target) = (pair.Source.Value, pair.Target!.Value);
        var path = pair.Path;
        lock (_names)
        {
            _names.Add((path, FileId.Of(source), FileId.Of(target)));
        }
    }

    /// <summary>Adds the names that are linked to an earlier one on one side and not on the other.</summary>
    public void FindRelinked(ShownList<byte[]> relinked)
    {
        _names.Sort(static (a, b) => NameOrder.Compare(a.Path, b.Path));
        var targetOf = new Dictionary<FileId, FileId>();
        var sourceOf = new Dictionary<FileId, FileId>();
        foreach (var (path, source, target) in _names)
        {
            var isSplit = !targetOf.TryAdd(source, target) && targetOf[source] != target;
            var isJoined = !sourceOf.TryAdd(target, source) && sourceOf[target] != source;
            if (isSplit || isJoined)
            {
                relinked.Add(path);
            }
        }
    }
}

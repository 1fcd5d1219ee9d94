using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Verifying;

/// <summary>A directory of a source and of its target, or of one of them.</summary>
internal sealed class PairDirectory(DirectoryNode node, FileStatus? source, FileStatus? target)
{
    /// <summary>Where it is; the status is the source's, or else the target's.</summary>
    public DirectoryNode Node { get; } = node;

    /// <summary>Null when the walk does not look at the source here.</summary>
    public FileStatus? Source { get; } = source;

    /// <summary>Null when the walk does not look at the target here.</summary>
    public FileStatus? Target { get; } = target;

    /// <summary>What the visitor keeps with the directory.</summary>
    public object? Tag { get; set; }

    /// <summary>The target has names here that take no part. Known when the walk is over.</summary>
    public bool HoldsExcluded { get; set; }

    /// <summary>The names of both sides in order; each with its place in the listings, -1 where a side lacks it.</summary>
    public (int Source, int Target)[] Names { get; private set; } = [];

    public int PendingRanges;

    private Listing _sourceNames;
    private Listing _targetNames;

    /// <summary>Names and entries of one side, sorted.</summary>
    public readonly record struct Listing(byte[] Names, TreeEntry[] Entries)
    {
        public ReadOnlySpan<byte> Terminated(int entry) => Names.AsSpan(Entries[entry].NameOffset, Entries[entry].NameLength + 1);
    }

    /// <summary>The name with its terminator.</summary>
    public ReadOnlySpan<byte> NameOf((int Source, int Target) name) =>
        name.Source >= 0 ? _sourceNames.Terminated(name.Source) : _targetNames.Terminated(name.Target);

    public void SetListings(Listing source, Listing target)
    {
        (_sourceNames, _targetNames) = (source, target);
        Names = Merge(source, target);
    }

    public void Release() => (Names, _sourceNames, _targetNames) = ([], default, default);

    private static (int Source, int Target)[] Merge(Listing source, Listing target)
    {
        var names = new List<(int, int)>(Math.Max(source.Entries.Length, target.Entries.Length));
        for (var (s, t) = (0, 0); s < source.Entries.Length || t < target.Entries.Length;)
        {
            var order = s == source.Entries.Length ? 1
                : t == target.Entries.Length ? -1
                : NameOrder.Compare(source.Terminated(s), target.Terminated(t));
            names.Add((order <= 0 ? s : -1, order >= 0 ? t : -1));
            s += order <= 0 ? 1 : 0;
            t += order >= 0 ? 1 : 0;
        }

        return [.. names];
    }
}

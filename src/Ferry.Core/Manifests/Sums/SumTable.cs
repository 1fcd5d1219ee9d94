using Ferry.Core.Hashing;
using Ferry.Core.Linux;

namespace Ferry.Core.Manifests.Sums;

/// <summary>Paths with their digests: 52 bytes for each beside the path's own, in pieces, so that growing copies nothing. Not thread-safe.</summary>
internal sealed class SumTable
{
    private const int RowsPerPiece = 1 << 12;
    private const int MaxPiece = 1 << 20;

    private readonly List<Row[]> _rows = [];
    private readonly List<byte[]> _paths = [];
    private int _pathsEnd;

    public int Count { get; private set; }

    public void Add(ReadOnlySpan<byte> path, Digest digest, int line)
    {
        if (Count % RowsPerPiece == 0)
        {
            _rows.Add(new Row[Count == 0 ? RowsPerPiece / 16 : RowsPerPiece]);
        }
        else if (Count == _rows[0].Length)
        {
            var first = _rows[0];
            Array.Resize(ref first, RowsPerPiece);
            _rows[0] = first;
        }

        _rows[^1][Count % RowsPerPiece] = new Row(digest, Store(path), path.Length, line);
        Count = checked(Count + 1);
    }

    public ReadOnlySpan<byte> PathOf(int row)
    {
        ref readonly var found = ref At(row);
        return _paths[(int)(found.Place >> 32)].AsSpan((int)found.Place, found.Length);
    }

    public Digest DigestOf(int row) => At(row).Digest;

    public int LineOf(int row) => At(row).Line;

    /// <summary>The rows in the order of their paths as bytes; of the same path, of their lines.</summary>
    public int[] Sort()
    {
        var order = new int[Count];
        var isSorted = true;
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
            isSorted = isSorted && (i == 0 || NameOrder.Compare(PathOf(i - 1), PathOf(i)) <= 0);
        }

        if (!isSorted)
        {
            order.AsSpan().Sort(Compare);
        }

        return order;
    }

    private int Compare(int a, int b)
    {
        var order = NameOrder.Compare(PathOf(a), PathOf(b));
        return order != 0 ? order : a.CompareTo(b);
    }

    private ref Row At(int row) => ref _rows[row / RowsPerPiece][row % RowsPerPiece];

    /// <summary>Where the path lies: the piece in the upper, its start in the lower 32 bits.</summary>
    private long Store(ReadOnlySpan<byte> path)
    {
        if (_paths.Count == 0 || path.Length > _paths[^1].Length - _pathsEnd)
        {
            var size = _paths.Count == 0 ? 4096 : Math.Min(2 * _paths[^1].Length, MaxPiece);
            _paths.Add(new byte[Math.Max(size, path.Length)]);
            _pathsEnd = 0;
        }

        path.CopyTo(_paths[^1].AsSpan(_pathsEnd));
        var place = ((long)(_paths.Count - 1) << 32) | (uint)_pathsEnd;
        _pathsEnd += path.Length;
        return place;
    }

    private readonly record struct Row(Digest Digest, long Place, int Length, int Line);
}

using Ferry.Core.Linux;

namespace Ferry.Core.Verifying;

/// <summary>What a report shows of things that may be many: all are counted, the first ones by path are kept.</summary>
/// <typeparam name="T">Has a path.</typeparam>
public sealed class ShownList<T>
{
    private readonly Lock _lock = new();
    private readonly Func<T, byte[]> _pathOf;
    private readonly int _limit;
    private readonly List<T> _items = [];
    private bool _isSorted = true;

    internal ShownList(Func<T, byte[]> pathOf, int limit) => (_pathOf, _limit) = (pathOf, limit);

    /// <summary>How many there are, shown or not.</summary>
    public long Count { get; private set; }

    /// <summary>The first of them, sorted by the bytes of their paths.</summary>
    public IReadOnlyList<T> Items
    {
        get
        {
            lock (_lock)
            {
                Trim();
                return _items;
            }
        }
    }

    internal void Add(T item)
    {
        lock (_lock)
        {
            Count++;
            _items.Add(item);
            _isSorted = false;
            if (_items.Count >= 2L * _limit)
            {
                Trim();
            }
        }
    }

    private void Trim()
    {
        if (!_isSorted)
        {
            _items.Sort((a, b) => NameOrder.Compare(_pathOf(a), _pathOf(b)));
            _items.RemoveRange(Math.Min(_limit, _items.Count), Math.Max(0, _items.Count - _limit));
            _isSorted = true;
        }
    }
}

using Ferry.Core.Storage;

namespace Ferry.Stores.Azure;

/// <summary>
/// Puts a listing into the order of bytes, from the order of UTF-16 in which services list that compare names as their language does, and sees to it that each key comes
/// once. The two orders differ only in characters beyond U+D7FF: keys that begin alike and go on with such a character come one after the other in both, and only they are
/// held back and sorted.
/// </summary>
internal sealed class ListingOrder(string place)
{
    private const char FirstDisputed = '\uD800';
    private readonly List<ObjectInfo> _run = [];
    private string _runPrefix = "";
    private string? _last;

    /// <summary>Takes the next of the listing.</summary>
    /// <returns>What can be given on.</returns>
    /// <exception cref="StoreException">The listing is in no order that is known, or has a key twice.</exception>
    public IEnumerable<ObjectInfo> Add(ObjectInfo info)
    {
        if (_run.Count > 0 && IsInRun(info.Key))
        {
            _run.Add(info);
            return [];
        }

        var ready = Finish();
        var disputed = info.Key.AsSpan().IndexOfAnyInRange(FirstDisputed, char.MaxValue);
        if (disputed < 0) return [.. ready, Checked(info)];
        _run.Add(info);
        _runPrefix = info.Key[..disputed];
        return ready;
    }

    /// <summary>There is nothing more: what was held back.</summary>
    public IReadOnlyList<ObjectInfo> Finish()
    {
        if (_run.Count == 0) return [];
        _run.Sort((a, b) => Compare(a.Key, b.Key));
        ObjectInfo[] sorted = [.. _run.Select(Checked)];
        _run.Clear();
        return sorted;
    }

    /// <summary>Compares as the bytes in UTF-8 compare.</summary>
    internal static int Compare(string a, string b)
    {
        var same = a.AsSpan().CommonPrefixLength(b);
        return same == a.Length || same == b.Length ? a.Length.CompareTo(b.Length) : Rank(a[same]).CompareTo(Rank(b[same]));
    }

    // Surrogates stand for what lies beyond all single characters.
    private static int Rank(char c) => char.IsSurrogate(c) ? c + char.MaxValue : c;

    private bool IsInRun(string key) =>
        key.Length > _runPrefix.Length && key[_runPrefix.Length] >= FirstDisputed && key.StartsWith(_runPrefix, StringComparison.Ordinal);

    private ObjectInfo Checked(ObjectInfo info)
    {
        if (_last is not null && Compare(_last, info.Key) >= 0)
            throw new StoreException(StoreError.Invalid, $"{place}: the listing is not sorted, or has a key twice; accounts with a hierarchical namespace cannot be used");
        _last = info.Key;
        return info;
    }
}

using Ferry.Core.Linux;

namespace Ferry.Core.Walking;

/// <summary>Files by the day of their time, and those that are oldest. Thread-safe.</summary>
internal sealed class FileAges
{
    /// <summary>The oldest files that are named.</summary>
    public const int MaxOldest = 12;

    private static readonly long s_firstSecond = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly long s_lastSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    private readonly Lock _lock = new();
    private readonly Dictionary<DateOnly, (long Files, long Bytes)> _days = [];

    // The youngest of the oldest is first out.
    private readonly PriorityQueue<DatedFile, long> _oldest = new();

    public IReadOnlyList<DayTotals> Days =>
        [.. _days.Select(static day => new DayTotals(day.Key, day.Value.Files, day.Value.Bytes)).OrderBy(static day => day.Day)];

    public IReadOnlyList<DatedFile> Oldest =>
        [.. _oldest.UnorderedItems.Select(static item => item.Element).OrderBy(static file => file.At).ThenBy(static file => file.Path, StringComparer.Ordinal)];

    /// <summary>Adds one file; its path is made only when it is among the oldest.</summary>
    public void Add(DirectoryNode directory, in TreeEntry entry, Timestamp time)
    {
        // A file's time is whatever somebody set: the calendar ends before it.
        var at = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(time.Seconds, s_firstSecond, s_lastSecond));
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        lock (_lock)
        {
            var (files, bytes) = _days.GetValueOrDefault(day);
            _days[day] = (files + 1, bytes + entry.Status.Size);
            if (_oldest.Count == MaxOldest && _oldest.Peek().At <= at)
            {
                return;
            }

            var path = PathText.Display(PathText.Join(directory.GetPath(), directory.NameOf(entry)));
            _oldest.Enqueue(new DatedFile(path, entry.Status.Size, at), -at.Ticks);
            if (_oldest.Count > MaxOldest)
            {
                _oldest.Dequeue();
            }
        }
    }
}

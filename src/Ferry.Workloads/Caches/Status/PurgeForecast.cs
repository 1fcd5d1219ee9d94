using Ferry.Core.Walking;
using Ferry.Workloads.Caches.Purging;

namespace Ferry.Workloads.Caches.Status;

/// <summary>When a purge by age takes how much.</summary>
public sealed class PurgeForecast
{
    private readonly SortedDictionary<DateOnly, (long Files, long Bytes)> _days = [];
    private readonly DateOnly _today;

    /// <summary>Makes the forecast.</summary>
    /// <param name="outlines">The staged trees, with the times that the rule counts.</param>
    /// <param name="rule">When the site removes files; not never.</param>
    /// <param name="now">The time.</param>
    public PurgeForecast(IEnumerable<TreeOutline> outlines, PurgePolicy rule, DateTimeOffset now)
    {
        Rule = rule;
        _today = DateOnly.FromDateTime(now.UtcDateTime);
        var days = (int)Math.Ceiling(rule.After.TotalDays);
        foreach (var day in outlines.SelectMany(static outline => outline.Days))
        {
            var due = day.Day > DateOnly.MaxValue.AddDays(-days) ? DateOnly.MaxValue : day.Day.AddDays(days);
            var (files, bytes) = _days.GetValueOrDefault(due);
            _days[due] = (files + day.Files, bytes + day.Bytes);
        }
    }

    /// <summary>When the site removes files.</summary>
    public PurgePolicy Rule { get; }

    /// <summary>Files that are old enough by now: the next purge takes them.</summary>
    public DayTotals Overdue => Until(_today);

    /// <summary>The days on which further files become old enough, in order; the first is tomorrow or later.</summary>
    public IReadOnlyList<DayTotals> Days =>
        [.. _days.Where(day => day.Key > _today).Select(static day => new DayTotals(day.Key, day.Value.Files, day.Value.Bytes))];

    /// <summary>All that a purge on that day would take.</summary>
    public DayTotals Until(DateOnly day) => _days
        .Where(due => due.Key <= day)
        .Aggregate(new DayTotals(day, 0, 0), static (sum, due) => new DayTotals(sum.Day, sum.Files + due.Value.Files, sum.Bytes + due.Value.Bytes));
}

using Ferry.Core.Linux;
using Ferry.Core.Pushing;
using Ferry.Core.Walking;
using Ferry.Workloads.Caches.History;
using Ferry.Workloads.Caches.Purging;

namespace Ferry.Workloads.Caches.Status;

/// <summary>One cache of an overview.</summary>
/// <param name="State">How it is.</param>
/// <param name="Outline">What fills it on scratch; null when nothing is staged.</param>
/// <param name="Unpushed">What a push would bring back; null when that cannot be told.</param>
public sealed record CacheOverview(CacheState State, TreeOutline? Outline, PushWork? Unpushed);

/// <summary>All that is to be seen of a scratch directory at one time.</summary>
public sealed class ScratchOverview
{
    /// <summary>The configuration.</summary>
    public required CacheSettings Settings { get; init; }

    /// <summary>When it was looked at.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The caches that were looked at, in the order of the configuration.</summary>
    public required IReadOnlyList<CacheOverview> Caches { get; init; }

    /// <summary>What scratch has left; null when it does not exist.</summary>
    public required FileSystemSpace? Space { get; init; }

    /// <summary>What commands did, in the order of time.</summary>
    public required IReadOnlyList<HistoryEntry> History { get; init; }

    /// <summary>When the site removes files; null when that is not known.</summary>
    public PurgePolicy? Rule { get; init; }

    /// <summary>The staged trees.</summary>
    public IEnumerable<TreeOutline> Outlines => Caches.Select(static cache => cache.Outline).OfType<TreeOutline>();

    /// <summary>Bytes that are staged.</summary>
    public long StagedBytes => Outlines.Sum(static outline => outline.Totals.Bytes);

    /// <summary>When a purge takes how much.</summary>
    public PurgeForecast Forecast(PurgePolicy rule) => new(Outlines, rule, At);

    /// <summary>Looks at the caches, without changing anything.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="states">The caches' states.</param>
    /// <param name="status">Looks at their trees.</param>
    /// <param name="history">What commands did.</param>
    /// <param name="rule">When the site removes files; null when that is not known.</param>
    /// <param name="at">The time.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ScratchOverview Of(
        CacheSettings settings, IEnumerable<CacheState> states, CacheStatus status, CacheHistory history, PurgePolicy? rule, DateTimeOffset at) => new()
        {
            Settings = settings,
            At = at,
            Caches = [.. states.Select(state => new CacheOverview(state, status.OutlineOf(state.Cache, TimeOf(rule)), status.UnpushedOf(state.Cache)))],
            Space = Directory.Exists(settings.ScratchBase) ? FileSystemSpace.Of(settings.ScratchBase) : null,
            History = ReadHistory(history),
            Rule = rule,
        };

    private static FileTime TimeOf(PurgePolicy? rule) => rule?.By switch
    {
        PurgeClock.Access => FileTime.Accessed,
        PurgeClock.Change => FileTime.Changed,
        _ => FileTime.Modified,
    };

    private static IReadOnlyList<HistoryEntry> ReadHistory(CacheHistory history)
    {
        try
        {
            return history.Read();
        }
        catch (IOException)
        {
            // It is no part of what scratch holds; a page without it is better than none.
            return [];
        }
    }
}

using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Caches.Sync;

/// <summary>The older tool's cheap question: was the cache synced a short time ago, and does the top of its source look the same?</summary>
internal static class Freshness
{
    // A marker from the future is a clock that was wrong: it must not make a cache fresh for years.
    private static readonly TimeSpan s_clockSkew = TimeSpan.FromMinutes(1);

    /// <summary>Whether the marker makes the cache fresh. That its staged tree is complete is another question.</summary>
    /// <exception cref="LinuxException">The source cannot be read.</exception>
    public static bool Holds(SyncSession session, CacheDefinition cache, FreshnessMarker marker, TreeRoot source)
    {
        var freshFor = session.Settings.Transfer.FreshFor;
        var age = session.Time.GetUtcNow() - marker.SyncedAt;
        return freshFor > TimeSpan.Zero && age >= -s_clockSkew && age <= freshFor
            && marker.Source == cache.Source
            && TopLevelTimes.Latest(source) <= marker.SourceModified;
    }
}

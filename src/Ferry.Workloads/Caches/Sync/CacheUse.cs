using Ferry.Core.Linux;

namespace Ferry.Workloads.Caches.Sync;

/// <summary>When a staged cache was last given to somebody: the modification time of <c>.NAME.used</c>. It orders what is pruned.</summary>
public static class CacheUse
{
    /// <summary>Sets the time to now. That it fails changes nothing but the order.</summary>
    public static void Touch(CacheLayout layout, TimeProvider time)
    {
        try
        {
            AtomicFile.Touch(layout.Used, Timestamp.From(time.GetUtcNow()));
        }
        catch (LinuxException)
        {
            // A read-only scratch can be used all the same.
        }
    }

    /// <summary>The later of the last sync and the last time it was exported; null when neither is known.</summary>
    public static DateTimeOffset? LastOf(CacheLayout layout)
    {
        var synced = FreshnessMarker.Read(layout.Marker)?.SyncedAt;
        var used = File.Exists(layout.Used) ? new DateTimeOffset(File.GetLastWriteTimeUtc(layout.Used)) : default(DateTimeOffset?);
        return used is null || synced > used ? synced : used;
    }
}

using Ferry.Core.Linux;
using Ferry.Core.Processes;
using Ferry.Core.Progress;

namespace Ferry.Workloads.Caches.Sync;

/// <summary>
/// Brings a cache over with the system's rsync, for sites that insist on it: the older tool's arguments, but no exit code of rsync is taken
/// for success that is not. There is then no manifest: what rsync does not know, a purge of scratch, is found by letting it compare again.
/// </summary>
internal static class RsyncTransfer
{
    /// <summary>Runs rsync and writes the marker.</summary>
    /// <exception cref="IOException">rsync is not installed, or the marker cannot be written.</exception>
    public static CacheSyncReport Run(SyncSession session, CacheDefinition cache, CacheLayout layout, TreeRoot source, TransferProgress progress)
    {
        var sourceTimes = CacheTransfer.SourceTimes(session, source);
        // Nothing of an earlier run may vouch for what rsync writes.
        AtomicFile.Remove(layout.Marker);
        AtomicFile.Remove(layout.Manifest);
        progress.Phase = TransferPhase.Copying;
        var result = session.Processes.Run("rsync", ArgumentsFor(session, cache, layout), session.Cancellation);
        var report = new CacheSyncReport { Cache = cache, Target = layout.Target, Outcome = SyncOutcome.Synced };
        if (result.ExitCode == RsyncExit.Vanished)
        {
            session.Observer.Note(cache, "files vanished from the source while rsync was reading it");
        }
        else if (result.ExitCode != 0)
        {
            return report with { Outcome = SyncOutcome.Failed, Error = $"rsync failed with exit code {result.ExitCode}: {RsyncExit.FirstLine(result.Error)}" };
        }

        new FreshnessMarker(session.Time.GetUtcNow(), cache.Source, sourceTimes).Write(layout.Marker, cache.Name);
        return report;
    }

    private static List<string> ArgumentsFor(SyncSession session, CacheDefinition cache, CacheLayout layout)
    {
        var arguments = new List<string> { "-a" };
        if (session.Options.Delete)
        {
            arguments.Add("--delete");
        }

        if (session.Options.Verify)
        {
            arguments.Add("--checksum");
        }

        foreach (var pattern in cache.Excludes)
        {
            arguments.Add($"--exclude={pattern}");
        }

        arguments.AddRange(session.Settings.Transfer.RsyncExtraArgs);
        arguments.Add("--");
        arguments.Add(cache.Source.TrimEnd('/') + "/");
        arguments.Add(layout.Target + "/");
        return arguments;
    }
}

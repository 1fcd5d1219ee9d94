using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Locking;
using Ferry.Core.Manifests;
using Ferry.Core.Processes;
using Ferry.Core.Pruning;
using Ferry.Core.Pushing;
using Ferry.Core.Walking;
using Ferry.Workloads.Caches.Push;
using Ferry.Workloads.Caches.Sync;
using RemovalReport = Ferry.Core.Pruning.RemovalReport;

namespace Ferry.Workloads.Caches.Pruning;

/// <summary>
/// Frees scratch of staged caches, those that were used longest ago first. A cache goes as a whole: half of one is of no use to anybody.
/// It stays if it has anything that its source lacks, if a process of this machine uses it, or if it was used a short time ago.
/// </summary>
public sealed class CachePrune
{
    /// <summary>How long a cache is left alone after its last use unless somebody says otherwise.</summary>
    public static readonly TimeSpan DefaultAge = TimeSpan.FromDays(1);

    private readonly CacheSession _session;
    private readonly PruneOptions _options;

    /// <summary>Prepares a prune.</summary>
    public CachePrune(
        CacheSettings settings, PruneOptions options, ITransferObserver observer, TimeProvider time, IProcessRunner processes, CancellationToken cancellation)
    {
        _options = options;
        _session = new CacheSession
        {
            Settings = settings, Observer = observer, Time = time, Processes = processes, Cancellation = cancellation,
        };
    }

    /// <summary>Looks at all that is staged and decides; changes nothing.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public PrunePlan Plan()
    {
        var candidates = new StagedCaches(_session).Find().OrderBy(static candidate => candidate.LastUsed ?? DateTimeOffset.MinValue).ToList();
        var staged = candidates.Sum(static candidate => candidate.Totals.Bytes);
        for (var i = 0; i < candidates.Count; i++)
        {
            candidates[i] = Decide(candidates[i], staged);
            staged -= candidates[i].Verdict == PruneVerdict.Remove ? candidates[i].Totals.Bytes : 0;
        }

        return new PrunePlan(candidates);
    }

    /// <summary>Removes one cache of the plan that is to go, unless something speaks against it by now.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the same command goes on from there.</exception>
    public PruneReport Remove(PruneCandidate candidate)
    {
        var start = _session.Time.GetTimestamp();
        try
        {
            return RemoveLocked(candidate) with { Elapsed = _session.Time.GetElapsedTime(start) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new PruneReport { Candidate = candidate, Error = e.Message };
        }
    }

    private PruneReport RemoveLocked(PruneCandidate candidate)
    {
        var layout = new CacheLayout(_session.Settings, candidate.Cache);
        _session.PrepareCacheRoot();
        using var held = AdvisoryLock.Acquire(layout.Lock, TimeSpan.Zero, _session.Time, static () => { }, _session.Cancellation);
        var now = held.Outcome == LockOutcome.TimedOut
            ? candidate with { Verdict = PruneVerdict.InUse, Reason = "another ferry is working on it" }
            : Decide(candidate with { LastUsed = CacheUse.LastOf(layout) }, long.MaxValue);
        if (now.Verdict != PruneVerdict.Remove)
        {
            return new PruneReport { Candidate = now };
        }

        // From here on nobody takes the tree for a complete one.
        AtomicFile.Remove(layout.Marker);
        var removed = RemoveTree(layout);
        if (removed.IsGone)
        {
            ManifestFile.Remove(layout.Manifest);
            AtomicFile.Remove(layout.Used);
        }

        return new PruneReport
        {
            Candidate = now, Files = removed.Files, Bytes = removed.Bytes, HasRemains = !removed.IsGone, Problems = removed.Problems,
        };
    }

    private RemovalReport RemoveTree(CacheLayout layout)
    {
        if (!Directory.Exists(layout.Target))
        {
            return new RemovalReport(0, 0, IsGone: true, []);
        }

        using var manifest = ManifestFile.Open(layout.Manifest) ?? throw new ManifestException(layout.Manifest, "was removed meanwhile");
        using var target = TreeRoot.Open(layout.Target);
        return StagedTreeRemover.Run(manifest, target, _session.Limiters.For(target, null), _session.Cancellation);
    }

    private PruneCandidate Decide(PruneCandidate candidate, long staged)
    {
        if (_options.MaxBytes is { } most && staged <= most)
        {
            return candidate with { Verdict = PruneVerdict.WithinBudget, Reason = null };
        }

        var age = _session.Time.GetUtcNow() - (candidate.LastUsed ?? DateTimeOffset.MinValue);
        if (age < (_options.OlderThan ?? DefaultAge))
        {
            return candidate with { Verdict = PruneVerdict.TooRecent, Reason = "used a short time ago" };
        }

        if (WhyNotPushed(candidate.Cache) is { } reason)
        {
            return candidate with { Verdict = PruneVerdict.NotPushed, Reason = reason };
        }

        return DirectoryUse.Find(candidate.Target, candidate.Cache.Name) is { } user
            ? candidate with { Verdict = PruneVerdict.InUse, Reason = $"process {user.Id} ({user.Name}) {user.How}" }
            : candidate with { Verdict = PruneVerdict.Remove, Reason = null };
    }

    /// <summary>What speaks against it that the source can give all of it back; null when nothing does.</summary>
    private string? WhyNotPushed(CacheDefinition cache)
    {
        var layout = new CacheLayout(_session.Settings, cache);
        if (!Directory.Exists(layout.Target))
        {
            return null;
        }

        if (UnpushedList.Exists(layout))
        {
            return "a push of it did not end; run 'ferry push'";
        }

        try
        {
            using (var manifest = ManifestFile.Open(layout.Manifest))
            {
                if (manifest is null)
                {
                    return "there is no record of what was staged; 'ferry sync --force' makes one";
                }
            }

            using var source = SourceRoot.Open(cache.Source, layout.Target);
            using var staged = TreeRoot.Open(layout.Target);
            using var plan = PushPlanner.Make(staged, source, layout.Manifest, CachePush.OptionsFor(_session, cache, source, staged), _session.Cancellation);
            if (!plan.IsProvenEmpty(staged, _session.Cancellation))
            {
                return $"{plan.Work.Files + plan.Work.Conflicts:N0} files on scratch are not in the source; run 'ferry push'";
            }

            // Removed by somebody, or not there because the source is not mounted: perhaps scratch has the last copy.
            return CountGone(layout, cache, source, staged) is > 0 and var gone
                ? $"{gone:N0} files on scratch are gone from the source; 'ferry sync --delete' removes them here too"
                : null;
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    private long CountGone(CacheLayout layout, CacheDefinition cache, TreeRoot source, TreeRoot staged)
    {
        var options = new CopyOptions
        {
            Limiter = _session.Limiters.For(source, staged),
            Excludes = cache.Excludes.Count > 0 ? IgnorePatterns.Parse(cache.Excludes) : null,
            Delete = true,
            RacyWindow = TransferLimiters.RacyWindow(source),
        };
        using var plan = TreePlanner.Make(source, staged, layout.Manifest, options, _session.Now, _session.Cancellation);
        return plan.Work.Removals;
    }
}

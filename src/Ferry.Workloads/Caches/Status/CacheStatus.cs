using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Processes;
using Ferry.Core.Progress;
using Ferry.Core.Pushing;
using Ferry.Core.Verifying;
using Ferry.Core.Walking;
using Ferry.Workloads.Caches.Push;
using Ferry.Workloads.Caches.Sync;

namespace Ferry.Workloads.Caches.Status;

/// <summary>Looks at caches without changing anything: source, staged tree, marker, manifest, and the plan a sync would make.</summary>
public sealed class CacheStatus
{
    private readonly SyncSession _session;

    /// <summary>Prepares to look.</summary>
    public CacheStatus(CacheSettings settings, TimeProvider time, CancellationToken cancellation) =>
        _session = new SyncSession
        {
            Settings = settings,
            // Whoever asks for the status wants to know of every file, those written to in place too.
            Options = new SyncOptions { Verify = true },
            Observer = new SilentObserver(),
            Time = time,
            Processes = new ProcessRunner(),
            Cancellation = cancellation,
        };

    /// <summary>The state of one cache.</summary>
    public CacheState Of(CacheDefinition cache)
    {
        var layout = new CacheLayout(_session.Settings, cache);
        var state = new CacheState { Cache = cache, Target = layout.Target, Condition = CacheCondition.NotSynced };
        try
        {
            state = WithStaged(state, layout);
            return WithSource(state, layout);
        }
        catch (IOException e)
        {
            return state with { Condition = CacheCondition.SourceMissing, Error = e.Message };
        }
    }

    /// <summary>What fills a staged tree, and how old its files are; null when nothing is staged, or it cannot be read.</summary>
    public TreeOutline? OutlineOf(CacheDefinition cache, FileTime time)
    {
        var target = new CacheLayout(_session.Settings, cache).Target;
        try
        {
            using var root = Directory.Exists(target) ? TreeRoot.Open(target) : null;
            return root is null ? null : TreeOutline.Of(root, time, _session.Limiters.For(root, null), _session.Cancellation);
        }
        catch (LinuxException)
        {
            // The state of the cache says why.
            return null;
        }
    }

    /// <summary>What a push would bring back now; null when nothing is staged, or that cannot be told.</summary>
    public PushWork? UnpushedOf(CacheDefinition cache)
    {
        var push = new CachePush(_session, cache, new CachePushOptions { DryRun = true }, new TransferProgress()).Run();
        return push.Outcome == PushOutcome.Planned ? push.Work : null;
    }

    private CacheState WithStaged(CacheState state, CacheLayout layout)
    {
        var marker = FreshnessMarker.Read(layout.Marker);
        state = state with { SyncedAt = marker?.SyncedAt };
        if (!Directory.Exists(layout.Target))
        {
            return state;
        }

        using var target = TreeRoot.Open(layout.Target);
        using var manifest = OpenManifest(layout);
        if (manifest is null)
        {
            // Brought over by rsync, or by a sync that was ended.
            var measured = TreeMeasure.Of(target, _session.Limiters.For(target, null), _session.Cancellation);
            return state with { Staged = measured, Condition = marker is null ? CacheCondition.Unfinished : CacheCondition.Stale };
        }

        var completeness = CompletenessCheck.Run(manifest, target, _session.Limiters.For(target, null), _session.Cancellation);
        return state with
        {
            Staged = manifest.Totals,
            Missing = completeness.Missing,
            Condition = !completeness.IsComplete ? CacheCondition.Purged : marker is null ? CacheCondition.Unfinished : CacheCondition.Stale,
        };
    }

    private CacheState WithSource(CacheState state, CacheLayout layout)
    {
        using var source = SourceRoot.Open(state.Cache.Source, layout.Target);
        using var target = Directory.Exists(layout.Target) ? TreeRoot.Open(layout.Target) : null;
        using var plan = CacheTransfer.Plan(_session, state.Cache, layout, source, target, new TransferProgress());
        var isFresh = state.Condition == CacheCondition.Stale && FreshnessMarker.Read(layout.Marker) is { } marker
            && Freshness.Holds(_session, state.Cache, marker, source);
        return state with
        {
            Source = plan.Totals,
            Pending = plan.Work,
            ChangedOnTarget = plan.ChangedOnTarget,
            Problems = plan.Problems.Count(static problem => problem.Kind != ProblemKind.Warning),
            Condition = !state.Cache.Enabled ? CacheCondition.Disabled : isFresh ? CacheCondition.Fresh : state.Condition,
        };
    }

    private static ManifestFile? OpenManifest(CacheLayout layout)
    {
        try
        {
            return ManifestFile.Open(layout.Manifest);
        }
        catch (ManifestException)
        {
            return null;
        }
    }

    private sealed class SilentObserver : ITransferObserver
    {
        public void Started(CacheDefinition cache, TransferProgress progress)
        {
        }

        public void Waiting(CacheDefinition cache)
        {
        }

        public void Note(CacheDefinition cache, string text)
        {
        }
    }
}

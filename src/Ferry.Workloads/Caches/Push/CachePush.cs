using Ferry.Core.Concurrency;
using Ferry.Core.Linux;
using Ferry.Core.Locking;
using Ferry.Core.Progress;
using Ferry.Core.Pushing;
using Ferry.Core.Walking;
using Ferry.Workloads.Caches.Sync;

namespace Ferry.Workloads.Caches.Push;

/// <summary>
/// Brings back what one cache has on scratch and its source lacks: take the lock; plan; write down what is to be done; push; record what both
/// sides have in common now.
/// </summary>
internal sealed class CachePush(CacheSession session, CacheDefinition cache, CachePushOptions request, TransferProgress progress)
{
    private const int MaxPlanned = 10_000;

    private static readonly TimeSpan s_longestWait = TimeSpan.FromMilliseconds(100);

    private readonly CacheLayout _layout = new(session.Settings, cache);
    private readonly long _start = session.Time.GetTimestamp();

    /// <summary>Runs to the end; what fails is in the report.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, and the push is not an urgent one.</exception>
    public CachePushReport Run()
    {
        try
        {
            using var source = SourceRoot.Open(cache.Source, _layout.Target);
            if (!PrivateDirectory.ExistsWithin(session.Settings.CacheRootPath, cache.Name))
            {
                return Report(PushOutcome.NotStaged);
            }

            return request.DryRun ? DryRun(source) : RunLocked(source);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Report(PushOutcome.Failed) with { Error = e.Message };
        }
    }

    private CachePushReport DryRun(TreeRoot source)
    {
        using var staged = TreeRoot.Open(_layout.Target);
        using var plan = Plan(source, staged);
        return Report(PushOutcome.Planned) with { Work = plan.Work, Planned = [.. plan.Entries(MaxPlanned)], Problems = plan.Problems };
    }

    private CachePushReport RunLocked(TreeRoot source)
    {
        session.PrepareCacheRoot();
        using var held = AdvisoryLock.Acquire(
            _layout.Lock, session.Settings.Transfer.LockTimeout, session.Time, () => session.Observer.Waiting(cache), session.Cancellation);
        return held.Outcome == LockOutcome.TimedOut
            ? Report(PushOutcome.Failed) with
            {
                Error = $"another process has been working on it for {session.Settings.Transfer.LockTimeout.TotalSeconds:0} s; "
                    + "wait for it, or raise transfer.lock_timeout",
            }
            : Push(source);
    }

    /// <summary>Pushes; the caller holds the cache's lock.</summary>
    /// <exception cref="IOException">The cache cannot be worked on.</exception>
    public CachePushReport Push(TreeRoot source)
    {
        using var staged = TreeRoot.Open(_layout.Target);
        using var plan = Plan(source, staged);
        if (plan.IsEmpty)
        {
            var isGood = !plan.Problems.Any(static problem => problem.Kind != ProblemKind.Warning);
            if (isGood)
            {
                UnpushedList.Remove(_layout);
            }
            else
            {
                UnpushedList.Write(_layout, []);
            }

            return Report(isGood ? PushOutcome.UpToDate : PushOutcome.Failed) with { Problems = plan.Problems };
        }

        UnpushedList.Write(_layout, plan.Entries(int.MaxValue));
        LetYoungFilesAge(plan, TransferLimiters.RacyWindow(source));
        (progress.TotalFiles, progress.TotalBytes, progress.Phase) = (plan.Work.Files, plan.Work.Bytes, TransferPhase.Copying);
        var pushed = TreePusher.Run(
            plan, staged, source, _layout.Manifest, _layout.Kept, OptionsFor(source, staged), session.Now, progress, session.Cancellation);
        if (!request.Urgent)
        {
            session.Cancellation.ThrowIfCancellationRequested();
        }

        return Finish(source, plan, pushed);
    }

    /// <summary>
    /// A file written a moment ago could be written to again without a trace in its time, and the next sync would have to copy it. On local
    /// file systems that moment is so short that it is waited for.
    /// </summary>
    private void LetYoungFilesAge(PushPlan plan, TimeSpan racyWindow)
    {
        if (racyWindow <= s_longestWait && plan.Newest >= session.Now.Minus(racyWindow))
        {
            session.Cancellation.WaitHandle.WaitOne(racyWindow);
        }
    }

    private CachePushReport Finish(TreeRoot source, PushPlan plan, PushReport pushed)
    {
        var isChanged = pushed.Files + pushed.Equal + pushed.Resolved + plan.Work.Directories > 0;
        var isRecorded = isChanged && !pushed.WasStopped && RecordCommon(source);
        if (pushed.Resolved > 0 && !isRecorded)
        {
            // The source's version is to take the place of the staged one: the next sync must not find the cache fresh.
            AtomicFile.Remove(_layout.Marker);
        }

        // While the list is there no sync takes the cache for fresh, so it goes last.
        if (pushed.IsComplete)
        {
            UnpushedList.Remove(_layout);
        }
        else
        {
            UnpushedList.Write(_layout, pushed.Remaining);
        }

        var outcome = !pushed.IsComplete ? PushOutcome.Failed : isChanged ? PushOutcome.Pushed : PushOutcome.UpToDate;
        return Report(outcome) with
        {
            Work = plan.Work,
            Files = pushed.Files,
            Bytes = pushed.Bytes,
            Equal = pushed.Equal,
            Resolved = pushed.Resolved,
            Problems = pushed.Problems,
            Remaining = pushed.Remaining,
            IsRecorded = isRecorded,
            Error = pushed.RanOutOfSpace ? $"the source is full: {pushed.Files:N0} files arrived, {pushed.Remaining.Count:N0} are on scratch only; make room and push again"
                : pushed.WasStopped ? $"stopped: {pushed.Files:N0} files arrived, {pushed.Remaining.Count:N0} are on scratch only; 'ferry push' brings them"
                : null,
        };
    }

    /// <summary>What arrived is safe whether or not this succeeds: a sync does it otherwise.</summary>
    private bool RecordCommon(TreeRoot source)
    {
        try
        {
            var sync = new SyncSession
            {
                Settings = session.Settings,
                Observer = session.Observer,
                Time = session.Time,
                Processes = session.Processes,
                Cancellation = session.Cancellation,
                Options = new SyncOptions(),
            };
            return new CacheTransfer(sync, cache, _layout, source, new TransferProgress()).RecordCommon();
        }
        catch (Exception e) when (e is IOException || (e is OperationCanceledException && request.Urgent))
        {
            return false;
        }
    }

    private PushPlan Plan(TreeRoot source, TreeRoot staged)
    {
        progress.Phase = TransferPhase.Comparing;
        return PushPlanner.Make(staged, source, _layout.Manifest, OptionsFor(source, staged), session.Cancellation);
    }

    /// <summary>How the plan of a push is made; also what a prune asks before it removes anything.</summary>
    public static PushOptions OptionsFor(CacheSession session, CacheDefinition cache, TreeRoot source, TreeRoot staged) => new()
    {
        Limiter = session.Limiters.For(staged, source),
        Excludes = cache.Excludes.Count > 0 ? IgnorePatterns.Parse(cache.Excludes) : null,
        Bandwidth = session.Bandwidth,
        RacyWindow = Longer(TransferLimiters.RacyWindow(source), TransferLimiters.RacyWindow(staged)),
    };

    private PushOptions OptionsFor(TreeRoot source, TreeRoot staged) =>
        OptionsFor(session, cache, source, staged) with { Conflicts = request.Conflicts, Urgent = request.Urgent };

    /// <summary>What is recorded speaks of both sides: a write to either must show in its time.</summary>
    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private CachePushReport Report(PushOutcome outcome)
    {
        progress.Phase = TransferPhase.Finished;
        return new CachePushReport
        {
            Cache = cache,
            Target = _layout.Target,
            Outcome = outcome,
            Elapsed = session.Time.GetElapsedTime(_start),
        };
    }
}

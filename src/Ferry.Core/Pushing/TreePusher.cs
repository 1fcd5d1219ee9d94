using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Progress;
using Ferry.Core.Walking;

namespace Ferry.Core.Pushing;

/// <summary>
/// Executes a push plan: each file is copied beside its place in the source, synced to storage, and given its name only if nobody was faster;
/// what has arrived is written to a journal beside the manifest, so that a push that was killed does not begin again. Nothing is ever removed
/// from the source.
/// </summary>
public sealed class TreePusher
{
    // Few enough that a kill loses little, enough that opening both directories again does not count.
    private const int MaxItems = 64;
    private const long MaxBytes = 16L * 1024 * 1024;

    private readonly PushPlan _plan;
    private readonly PushOptions _options;
    private readonly CopyContext _context;
    private readonly ItemPusher _items;
    private readonly SourceDirectories _directories;
    private readonly LeftoverRemover _leftovers;
    private readonly ManifestWriter _journal;
    private readonly HashSet<PushItem> _done = [];

    private TreePusher(PushPlan plan, PushOptions options, CopyContext context, ManifestWriter journal, KeptVersions kept, LeftoverRemover leftovers, Timestamp now)
    {
        (_plan, _options, _context, _journal) = (plan, options, context, journal);
        _directories = new SourceDirectories(context);
        _leftovers = leftovers;
        var recorder = new PushRecorder(now.Minus(options.RacyWindow));
        _items = new ItemPusher(
            context, options, new PushedFileCopier(context), new PushedSymlinkCopier(context, recorder), recorder, kept);
    }

    /// <summary>Executes <paramref name="plan"/>; a plan is executed once.</summary>
    /// <param name="plan">Made for the same trees and manifest.</param>
    /// <param name="staged">The staged tree's root.</param>
    /// <param name="source">The source's root.</param>
    /// <param name="manifestPath">Where the staged tree's manifest lies; the journal is put beside it.</param>
    /// <param name="keptPath">Directory on scratch for versions that lose a conflict; made when needed.</param>
    /// <param name="options">The options that the plan was made with.</param>
    /// <param name="now">The time of the plan.</param>
    /// <param name="progress">Is told of files and bytes as they arrive.</param>
    /// <param name="cancellation">Stops the push; what has arrived stays and is recorded, the rest is in the report.</param>
    /// <exception cref="LinuxException">The journal or the sync to storage failed. Entries that fail are in the report instead.</exception>
    public static PushReport Run(
        PushPlan plan, TreeRoot staged, TreeRoot source, string manifestPath, string keptPath, PushOptions options, Timestamp now,
        TransferProgress progress, CancellationToken cancellation)
    {
        var copyOptions = new CopyOptions { Limiter = options.Limiter, Bandwidth = options.Bandwidth };
        using var context = new CopyContext(staged, source, copyOptions, progress, cancellation);
        var leftovers = new LeftoverRemover(now.Minus(LeftoverRemover.Age));
        using var kept = new KeptVersions(keptPath, leftovers);
        Kernel.ClearUmask();
        using var journal = ManifestWriter.Create(manifestPath);
        var pusher = new TreePusher(plan, options, context, journal, kept, leftovers, now);
        return pusher.Execute(cancellation);
    }

    private PushReport Execute(CancellationToken cancellation)
    {
        var wasStopped = false;
        try
        {
            MakeNewDirectories();
            RunUnits(PushUnit.Split(_plan.Items, MaxItems, MaxBytes));
        }
        catch (OperationCanceledException)
        {
            wasStopped = cancellation.IsCancellationRequested;
        }

        _directories.Restrict();
        wasStopped |= cancellation.IsCancellationRequested && _done.Count < _plan.Items.Count;
        if (_context.Files > 0 || _plan.NewDirectories.Count > 0)
        {
            // The contents are there already: this is for their names.
            _context.Target.Sync();
        }

        return new PushReport
        {
            Files = _context.Files,
            Bytes = _context.Bytes,
            Equal = _items.Equal,
            Resolved = _items.Resolved,
            Problems = [.. _plan.Problems, .. _context.TakeProblems()],
            Remaining = [.. _plan.Items.Where(item => !_done.Contains(item)).Select(PushPlan.EntryOf)],
            RanOutOfSpace = _context.RanOutOfSpace,
            WasStopped = wasStopped,
        };
    }

    private void MakeNewDirectories()
    {
        foreach (var directory in _plan.NewDirectories)
        {
            _context.Stopping.Token.ThrowIfCancellationRequested();
            _directories.Ensure(directory);
        }
    }

    private void RunUnits(List<PushUnit> units)
    {
        if (units.Count > 0)
        {
            new WorkPool<PushUnit, EngineWorker>(
                new WorkPoolOptions { Limiter = _options.Limiter, ThreadName = "ferry-push" },
                static () => new EngineWorker(),
                (unit, worker, _) =>
                {
                    Process(unit, worker);
                    return worker.TakeWork();
                }).Run(units, _context.Stopping.Token);
        }
    }

    private void Process(PushUnit unit, EngineWorker worker)
    {
        // Of what something in the source is in the way of, the plan tells.
        if (unit.Directory.IsBlocked || !_directories.Ensure(unit.Directory) || !DirectoryPair.TryOpen(_context, unit.Directory.Node, worker, out var pair))
        {
            return;
        }

        using (pair)
        {
            ManifestSegment.Begin(worker.Encoded, unit.Directory.Node.WritePath(worker.ScratchPath).Path);
            var empty = worker.Encoded.Length;
            try
            {
                PushAll(unit, pair, worker);
                if (unit.Directory.TakeCleaning())
                {
                    _leftovers.Run(pair.Target, worker);
                }
            }
            finally
            {
                // Also when stopped in the middle of a file: those before it have arrived.
                Record(worker, empty);
            }
        }
    }

    private void PushAll(PushUnit unit, in DirectoryPair pair, EngineWorker worker)
    {
        foreach (var item in unit.Items)
        {
            _context.Stopping.Token.ThrowIfCancellationRequested();
            if (_items.Process(item, pair, worker))
            {
                lock (_done)
                {
                    _done.Add(item);
                }
            }
        }
    }

    private void Record(EngineWorker worker, int empty)
    {
        if (worker.Encoded.Length > empty)
        {
            ManifestSegment.End(worker.Encoded);
            _journal.Append(worker.Encoded.Written);
        }
    }
}

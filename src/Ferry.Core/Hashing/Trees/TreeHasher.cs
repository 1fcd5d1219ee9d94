using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Progress;
using Ferry.Core.Walking;

namespace Ferry.Core.Hashing.Trees;

/// <summary>
/// Hashes the files of a tree in parallel, the ranges of large ones too, and records the digests with the status of each file in a tree manifest: what is
/// as it was recorded need not be read again. Killed, the next run goes on from its journal.
/// </summary>
public sealed class TreeHasher
{
    private readonly CopyContext _context;
    private readonly SegmentRecorder _recorder;
    private readonly SourceFiles _files;
    private readonly IHashedFiles? _observer;
    private readonly ExternalBatch? _external;
    private readonly HashSet<LargeFileHash> _open = [];

    private TreeHasher(CopyContext context, SegmentRecorder recorder, IHashedFiles? observer)
    {
        _context = context;
        _recorder = recorder;
        _observer = observer;
        _files = new SourceFiles(context);
        _external = context.Options is { External: { } hasher, Algorithm: DigestAlgorithm.Blake3 } ? new ExternalBatch(context, hasher) : null;
    }

    /// <summary>Hashes everything below <paramref name="root"/>.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="recordPath">The tree manifest that keeps the digests; made or replaced.</param>
    /// <param name="options">How; its role is set here.</param>
    /// <param name="now">The time of the walk.</param>
    /// <param name="observer">Says what is to be read and takes the digests; null to have all read that is not recorded.</param>
    /// <param name="progress">Is told of files and bytes.</param>
    /// <param name="cancellation">Stops it; what was hashed stays recorded.</param>
    /// <exception cref="LinuxException">The root cannot be read, or the record not be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled by the caller.</exception>
    public static HashReport Run(
        TreeRoot root, string recordPath, CopyOptions options, Timestamp now, IHashedFiles? observer, TransferProgress progress, CancellationToken cancellation)
    {
        options = options with { Role = TargetRole.None };
        using var plan = TreePlanner.Make(root, null, recordPath, options, now, cancellation);
        (progress.TotalFiles, progress.TotalBytes) = (plan.Work.Files, plan.Work.Bytes);
        using var context = new CopyContext(root, root, options, progress, cancellation);
        using (var writer = ManifestWriter.Create(recordPath))
        {
            new TreeHasher(context, new SegmentRecorder(writer, plan.RacyFrom, null), observer).HashAll(plan, cancellation);
            if (!context.HasGivenUp && plan.HasRoot)
            {
                new ManifestCommit(plan, writer).Run();
                PartialManifest.RemoveOlder(recordPath, writer);
            }
        }

        return new HashReport(context.Files, context.Bytes, plan.Totals, [.. plan.Problems, .. context.TakeProblems()], context.HasGivenUp);
    }

    private void HashAll(TreePlan plan, CancellationToken cancellation)
    {
        var units = new List<CopyUnit>();
        foreach (var directory in plan.Directories)
        {
            var own = CopyUnit.Split(directory);
            directory.Segments = new SegmentLocation[own.Count];
            units.AddRange(own);
        }

        if (_context.Options.InInodeOrder)
        {
            units.Sort(static (a, b) => a.FirstInode.CompareTo(b.FirstInode));
        }

        var options = new WorkPoolOptions { Limiter = _context.Options.Limiter, ThreadName = "ferry-hash" };
        try
        {
            new WorkPool<object, EngineWorker>(options, () => new EngineWorker(_context.Options.Algorithm), (work, worker, pool) =>
            {
                Process(work, worker, pool);
                return worker.TakeWork();
            }).Run(units, _context.Stopping.Token);
        }
        catch (OperationCanceledException) when (_context.HasGivenUp && !cancellation.IsCancellationRequested)
        {
            // There were too many failures: the report says so.
        }
        finally
        {
            foreach (var file in _open)
            {
                Kernel.Close(file.Fd);
            }
        }
    }

    private void Process(object work, EngineWorker worker, WorkPool<object, EngineWorker> pool)
    {
        if (work is LargeFileHash.Range range)
        {
            HashRange(range, worker);
            return;
        }

        var unit = (CopyUnit)work;
        var path = unit.Plan.Node.WritePath(worker.SourcePath);
        var directory = _context.Source.OpenDirectory(path);
        if (directory < 0)
        {
            _context.Report(EntryProblem.OfRead(_context.Source.Display(path.Path), "open", -directory));
            return;
        }

        try
        {
            if (_external is not null)
            {
                HashUnitExternally(_external, unit, directory, worker);
            }
            else if (unit.IsLargeFile && _context.Options is { Algorithm: DigestAlgorithm.Blake3, OneWorkerPerFile: false })
            {
                Begin(unit, directory, worker, pool);
            }
            else
            {
                HashUnit(unit, directory, worker);
            }
        }
        finally
        {
            Kernel.Close(directory);
        }
    }

    private void HashUnit(CopyUnit unit, int directory, EngineWorker worker)
    {
        var empty = SegmentRecorder.Begin(unit.Plan, worker);
        try
        {
            for (var i = unit.Start; i < unit.End && !_context.Stopping.IsCancellationRequested; i++)
            {
                HashEntry(unit.Plan, i, IsFileToBeRead(unit.Plan, i, worker), directory, worker);
            }
        }
        finally
        {
            // Also when it is stopped in the middle of a file: what was read before need not be read again.
            _recorder.End(unit, worker, empty);
        }
    }

    /// <summary>As <see cref="HashUnit"/>; what the program did not do is read here.</summary>
    private void HashUnitExternally(ExternalBatch external, CopyUnit unit, int directory, EngineWorker worker)
    {
        var wanted = new List<int>();
        for (var i = unit.Start; i < unit.End; i++)
        {
            if (IsFileToBeRead(unit.Plan, i, worker))
            {
                wanted.Add(i);
            }
        }

        var digests = external.Hash(unit.Plan.Node, wanted, directory, worker);
        var empty = SegmentRecorder.Begin(unit.Plan, worker);
        try
        {
            for (var i = unit.Start; i < unit.End && !_context.Stopping.IsCancellationRequested; i++)
            {
                var entry = unit.Plan.Node.Entries[i];
                if (digests.TryGetValue(i, out var digest))
                {
                    Record(unit.Plan, entry, entry.Status, digest, worker);
                }
                else
                {
                    HashEntry(unit.Plan, i, wanted.BinarySearch(i) >= 0, directory, worker);
                }
            }
        }
        finally
        {
            _recorder.End(unit, worker, empty);
        }
    }

    private bool IsFileToBeRead(DirectoryPlan plan, int i, EngineWorker worker) =>
        plan.Node.Entries[i].Status.Kind == EntryKind.File && plan.Actions![i] != EntryAction.Skip && IsToBeRead(plan, i, worker);

    private void HashEntry(DirectoryPlan plan, int i, bool isRead, int directory, EngineWorker worker)
    {
        var entry = plan.Node.Entries[i];
        if (entry.Status.Kind == EntryKind.Directory || plan.Actions![i] == EntryAction.Skip)
        {
            return;
        }

        var isRecorded = plan.Actions[i] == EntryAction.Keep;
        if (isRead)
        {
            HashFile(plan, entry, directory, worker);
        }
        else if (isRecorded)
        {
            SegmentRecorder.AddPrior(worker, plan.PriorEntry(i));
        }
        else if (entry.Status.Kind == EntryKind.Symlink)
        {
            RecordSymlink(plan, entry, directory, worker);
        }
    }

    private bool IsToBeRead(DirectoryPlan plan, int i, EngineWorker worker)
    {
        Digest? recorded = plan.Actions![i] == EntryAction.Keep ? plan.PriorEntry(i).Digest : null;
        var entry = plan.Node.Entries[i];
        return _observer is null ? recorded is null : _observer.Wants(PathOf(plan, entry, worker), entry.Status, recorded);
    }

    private void HashFile(DirectoryPlan plan, in TreeEntry entry, int directory, EngineWorker worker)
    {
        var status = entry.Status;
        if (_files.Hash(directory, plan.Node.TerminatedNameOf(entry), worker, ref status, out var digest) == CopyOutcome.Copied)
        {
            Record(plan, entry, status, digest, worker);
        }
        else
        {
            _observer?.Fail(PathOf(plan, entry, worker));
        }
    }

    private void RecordSymlink(DirectoryPlan plan, in TreeEntry entry, int directory, EngineWorker worker)
    {
        var length = (int)Kernel.ReadSymlink(directory, plan.Node.TerminatedNameOf(entry), worker.Data.AsSpan(0, SymlinkCopier.LongestTarget));
        if (length < 0)
        {
            _files.ReportRead(plan.Node.TerminatedNameOf(entry), "readlink", -length, worker);
            return;
        }

        _recorder.AddSymlink(worker, plan.Node.NameOf(entry), entry.Status, worker.Data.AsSpan(0, length));
    }

    private void Record(DirectoryPlan plan, in TreeEntry entry, in FileStatus status, in Digest digest, EngineWorker worker)
    {
        _context.CountCopied(status.Size);
        if (_observer is null || _observer.Add(PathOf(plan, entry, worker), status, digest))
        {
            _recorder.AddFile(worker, plan.Node.NameOf(entry), status, digest);
        }
    }

    private void Begin(CopyUnit unit, int directory, EngineWorker worker, WorkPool<object, EngineWorker> pool)
    {
        var entry = unit.Plan.Node.Entries[unit.Start];
        if (!IsToBeRead(unit.Plan, unit.Start, worker))
        {
            return;
        }

        var name = unit.Plan.Node.TerminatedNameOf(entry);
        var fd = Kernel.Open(directory, name, Kernel.ReadFile);
        if (fd < 0)
        {
            _files.ReportRead(name, "open", -fd, worker);
            _observer?.Fail(PathOf(unit.Plan, entry, worker));
            return;
        }

        if (_context.Options.PastPageCache)
        {
            Kernel.DropCache(fd);
        }

        var file = new LargeFileHash(unit, fd, entry.Status);
        lock (_open)
        {
            _open.Add(file);
        }

        for (var range = file.RangeCount - 1; range >= 0; range--)
        {
            pool.Add(new LargeFileHash.Range(file, range));
        }
    }

    private void HashRange(LargeFileHash.Range range, EngineWorker worker)
    {
        var file = range.File;
        file.Unit.Plan.Node.WritePath(worker.SourcePath);
        var stream = new ContentStream(_context, worker, file.Fd, target: -1);
        if (file.Hash(ref stream, range.Number))
        {
            Finish(file, worker);
        }
    }

    private void Finish(LargeFileHash file, EngineWorker worker)
    {
        var plan = file.Unit.Plan;
        var entry = plan.Node.Entries[file.Unit.Start];
        var name = plan.Node.TerminatedNameOf(entry);
        var status = file.Status;
        var isSame = false;
        var failure = file.Error != 0
            ? _files.ReportRead(name, "read", file.Error, worker)
            : _files.CheckUnchanged(file.Fd, name, file.HasOtherLength, worker, ref status, out isSame);
        Close(file);
        if (failure is not null)
        {
            _observer?.Fail(PathOf(plan, entry, worker));
        }
        else if (isSame)
        {
            var empty = SegmentRecorder.Begin(plan, worker);
            Record(plan, entry, status, file.Digest(worker.TreeHasher), worker);
            _recorder.End(file.Unit, worker, empty);
        }
        else
        {
            HashAgain(file.Unit, worker);
        }
    }

    /// <summary>It was written to meanwhile: it is read in one go, as often as any other file.</summary>
    private void HashAgain(CopyUnit unit, EngineWorker worker)
    {
        var directory = _context.Source.OpenDirectory(worker.SourcePath);
        if (directory < 0)
        {
            _context.Report(EntryProblem.OfRead(_context.Source.Display(worker.SourcePath.Path), "open", -directory));
            return;
        }

        var empty = SegmentRecorder.Begin(unit.Plan, worker);
        HashFile(unit.Plan, unit.Plan.Node.Entries[unit.Start], directory, worker);
        _recorder.End(unit, worker, empty);
        Kernel.Close(directory);
    }

    private void Close(LargeFileHash file)
    {
        lock (_open)
        {
            _open.Remove(file);
        }

        Kernel.Close(file.Fd);
    }

    private static ReadOnlySpan<byte> PathOf(DirectoryPlan plan, in TreeEntry entry, EngineWorker worker) =>
        PathText.Join(plan.Node.WritePath(worker.ScratchPath).Path, plan.Node.NameOf(entry));
}

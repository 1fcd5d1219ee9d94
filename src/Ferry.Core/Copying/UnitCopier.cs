using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>Brings the entries of one unit over and records those that arrived. Thread-safe.</summary>
internal sealed class UnitCopier(
    CopyContext context, SegmentRecorder recorder, StagedFileCopier files, SymlinkCopier symlinks, OverwriteRule overwriting)
{
    private readonly SourceFiles _sources = new(context);

    public void Process(CopyUnit unit, EngineWorker worker)
    {
        DirectoryPair pair = default;
        var isOpen = unit.NeedsDirectories();
        if (isOpen && !DirectoryPair.TryOpen(context, unit.Plan.Node, worker, out pair))
        {
            return;
        }

        try
        {
            ProcessEntries(unit, pair, worker);
        }
        finally
        {
            if (isOpen)
            {
                pair.Dispose();
            }
        }
    }

    private void ProcessEntries(CopyUnit unit, in DirectoryPair pair, EngineWorker worker)
    {
        var empty = SegmentRecorder.Begin(unit.Plan, worker);
        try
        {
            if (context.Options.InInodeOrder)
            {
                ProcessInInodeOrder(unit, pair, worker, empty);
            }
            else
            {
                ProcessInNameOrder(unit, pair, worker);
            }
        }
        catch (OperationCanceledException)
        {
            // In the middle of a file: those before it have arrived, and the next run need not bring them again.
            recorder.End(unit, worker, empty);
            throw;
        }

        if (unit.HasLinks())
        {
            unit.EntriesBeforeLinks = worker.Encoded.Written[empty..].ToArray();
        }

        recorder.End(unit, worker, empty);
    }

    private void ProcessInNameOrder(CopyUnit unit, in DirectoryPair pair, EngineWorker worker)
    {
        for (var i = unit.Start; i < unit.End && !context.Stopping.IsCancellationRequested; i++)
        {
            ProcessEntry(unit.Plan, i, pair, worker);
        }
    }

    /// <summary>The records, from <paramref name="empty"/> on, ascend by name all the same.</summary>
    private void ProcessInInodeOrder(CopyUnit unit, in DirectoryPair pair, EngineWorker worker, int empty)
    {
        var records = new (int Start, int End)[unit.End - unit.Start];
        try
        {
            foreach (var i in unit.InInodeOrder())
            {
                if (context.Stopping.IsCancellationRequested)
                {
                    break;
                }

                var start = worker.Encoded.Length;
                ProcessEntry(unit.Plan, i, pair, worker);
                records[i - unit.Start] = (start, worker.Encoded.Length);
            }
        }
        finally
        {
            var written = worker.Encoded.Written.ToArray();
            worker.Encoded.Truncate(empty);
            foreach (var (start, end) in records)
            {
                worker.Encoded.Append(written.AsSpan(start..end));
            }
        }
    }

    private void ProcessEntry(DirectoryPlan plan, int i, in DirectoryPair pair, EngineWorker worker)
    {
        var entry = plan.Node.Entries[i];
        if (entry.Status.Kind == EntryKind.Directory)
        {
            return;
        }

        switch (plan.Actions![i])
        {
            case EntryAction.Keep or EntryAction.KeepChanged or EntryAction.Conflict:
                KeepRecord(plan, i, worker);
                break;
            case EntryAction.Metadata:
                Update(plan, i, entry, pair, worker);
                break;
            case EntryAction.Prove:
                Prove(plan, i, entry, pair, worker);
                break;
            case EntryAction.CompareSource:
                CompareSource(plan, i, entry, pair, worker);
                break;
            case EntryAction.CompareChanged:
                CompareChanged(plan, i, entry, pair, worker);
                break;
            case EntryAction.Match:
                Match(plan, i, entry, pair, worker);
                break;
            case EntryAction.Copy or EntryAction.Adopt:
                Copy(plan, i, entry, pair, worker);
                break;
        }
    }

    private static void KeepRecord(DirectoryPlan plan, int i, EngineWorker worker)
    {
        if (plan.HasPriorEntry(i))
        {
            var prior = plan.PriorEntry(i);
            SegmentRecorder.AddPrior(worker, prior);
            plan.LinkGroupOf(i)?.SetContents(plan, i, prior.Digest);
        }
    }

    private void Update(DirectoryPlan plan, int i, in TreeEntry entry, in DirectoryPair pair, EngineWorker worker)
    {
        if (entry.Status.Kind == EntryKind.Symlink)
        {
            CopySymlink(plan, i, entry, pair, worker);
            return;
        }

        var digest = plan.PriorEntry(i).Digest;
        if (files.Update(pair, plan.Node.TerminatedNameOf(entry), overwriting.For(plan, i), entry.Status, digest, worker) == CopyOutcome.Copied)
        {
            RecordFile(plan, i, entry.Status, digest, worker);
        }
        else
        {
            GiveUp(plan, i);
        }
    }

    private void Prove(DirectoryPlan plan, int i, in TreeEntry entry, in DirectoryPair pair, EngineWorker worker)
    {
        var digest = plan.PriorEntry(i).Digest;
        if (FileCopier.HasContents(pair.Target, plan.Node.TerminatedNameOf(entry), worker, digest))
        {
            Update(plan, i, entry, pair, worker);
        }
        else
        {
            Copy(plan, i, entry, pair, worker);
        }
    }

    private void CompareSource(DirectoryPlan plan, int i, in TreeEntry entry, in DirectoryPair pair, EngineWorker worker)
    {
        if (FileCopier.HasContents(pair.Source, plan.Node.TerminatedNameOf(entry), worker, plan.PriorEntry(i).Digest))
        {
            Update(plan, i, entry, pair, worker);
        }
        else
        {
            Copy(plan, i, entry, pair, worker);
        }
    }

    /// <summary>The source's contents are recorded; the target's are taken for the same.</summary>
    private void Match(DirectoryPlan plan, int i, in TreeEntry entry, in DirectoryPair pair, EngineWorker worker)
    {
        var status = entry.Status;
        var name = plan.Node.TerminatedNameOf(entry);
        if (_sources.Hash(pair.Source, name, worker, ref status, out var digest) != CopyOutcome.Copied)
        {
            GiveUp(plan, i);
        }
        else if (!status.HasSameContentsAs(entry.Status))
        {
            // It was written to since the plan was made: what the target has is not the same any more.
            Copy(plan, i, entry, pair, worker);
        }
        else if (files.Update(pair, name, Landing.Anything, status, digest, worker) == CopyOutcome.Copied)
        {
            RecordFile(plan, i, status, digest, worker);
        }
        else
        {
            GiveUp(plan, i);
        }
    }

    private void CompareChanged(DirectoryPlan plan, int i, in TreeEntry entry, in DirectoryPair pair, EngineWorker worker)
    {
        if (FileCopier.HasContents(pair.Source, plan.Node.TerminatedNameOf(entry), worker, plan.PriorEntry(i).Digest))
        {
            recorder.AddAgain(worker, entry.Status, plan.PriorEntry(i));
            return;
        }

        KeepRecord(plan, i, worker);
        context.Report(new EntryProblem(
            ProblemKind.Conflict,
            context.Target.Display(worker.SourcePath.Path, plan.Node.NameOf(entry)),
            EntryProblem.ChangedOnBothSides));
    }

    private void Copy(DirectoryPlan plan, int i, in TreeEntry entry, in DirectoryPair pair, EngineWorker worker)
    {
        if (entry.Status.Kind == EntryKind.Symlink)
        {
            CopySymlink(plan, i, entry, pair, worker);
            return;
        }

        var status = entry.Status;
        if (files.Copy(pair, plan.Node.TerminatedNameOf(entry), overwriting.For(plan, i), worker, ref status, out var digest) == CopyOutcome.Copied)
        {
            RecordFile(plan, i, status, digest, worker);
        }
        else
        {
            GiveUp(plan, i);
        }
    }

    private void CopySymlink(DirectoryPlan plan, int i, in TreeEntry entry, in DirectoryPair pair, EngineWorker worker)
    {
        if (symlinks.Copy(pair, plan.Node.TerminatedNameOf(entry), overwriting.For(plan, i), entry.Status, worker, out var length) == CopyOutcome.Copied)
        {
            recorder.AddSymlink(worker, plan.Node.NameOf(entry), entry.Status, worker.Data.AsSpan(0, length));
        }
        else
        {
            GiveUp(plan, i);
        }
    }

    /// <summary>It vanished or failed, which was reported: nobody is to expect it on the target.</summary>
    private static void GiveUp(DirectoryPlan plan, int i) => plan.Actions![i] = EntryAction.Skip;

    private void RecordFile(DirectoryPlan plan, int i, in FileStatus status, in Digest digest, EngineWorker worker)
    {
        recorder.AddFile(worker, plan.Node.NameOf(plan.Node.Entries[i]), status, digest);
        plan.LinkGroupOf(i)?.SetContents(plan, i, digest);
    }
}

using Ferry.Core.Concurrency;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>
/// Copies large files in ranges, several at a time: one stream of a parallel file system, and one core that hashes, are slower than the
/// devices. The rules are those of <see cref="FileCopier"/>. Thread-safe.
/// </summary>
internal sealed class LargeFileCopier(CopyContext context, SegmentRecorder recorder, FileCopier files, OverwriteRule overwriting)
{
    private readonly List<LargeFile> _open = [];

    /// <summary>Opens the unit's file on both sides and hands out its ranges.</summary>
    public void Start(CopyUnit unit, EngineWorker worker, WorkPool<object, EngineWorker> pool)
    {
        if (!DirectoryPair.TryOpen(context, unit.Plan.Node, worker, out var pair))
        {
            return;
        }

        var file = new LargeFile(unit, pair);
        lock (_open)
        {
            _open.Add(file);
        }

        Begin(file, worker, pool);
    }

    /// <summary>Copies one range; whoever ends the last one finishes the file.</summary>
    public void CopyRange(LargeFile.Range range, EngineWorker worker, WorkPool<object, EngineWorker> pool)
    {
        var file = range.File;
        file.Unit.Plan.Node.WritePath(worker.SourcePath);
        if (!file.HasFailed)
        {
            var stream = new ContentStream(context, worker, file.Source, file.Target.Fd);
            var result = stream.CopyRange(range.Number * LargeFile.RangeBytes, file.LengthOf(range.Number), file.ChainOf(range.Number));
            if (stream.HasOtherLength)
            {
                file.HasOtherLength = true;
            }

            if (result < 0)
            {
                file.HasFailed = true;
                _ = stream.FailedOnRead
                    ? files.ReportRead(file.TerminatedName, "read", -result, worker)
                    : files.ReportWrite(file.TerminatedName, "write", -result, worker);
            }
        }

        if (file.EndRange())
        {
            Finish(file, worker, pool);
        }
    }

    /// <summary>Removes what a run that was stopped had not finished.</summary>
    public void DiscardUnfinished()
    {
        foreach (var file in _open.ToArray())
        {
            Close(file);
        }
    }

    private void Begin(LargeFile file, EngineWorker worker, WorkPool<object, EngineWorker> pool)
    {
        file.Source = Kernel.Open(file.Pair.Source, file.TerminatedName, Kernel.ReadFile);
        if (file.Source < 0)
        {
            files.ReportRead(file.TerminatedName, "open", -file.Source, worker);
            GiveUp(file);
            return;
        }

        file.Target = files.Create(file.Pair, file.Status, file.NameBuffer);
        if (file.Target.Fd < 0)
        {
            files.ReportWrite(file.TerminatedName, "open", -file.Target.Fd, worker);
            GiveUp(file);
            return;
        }

        file.Begin();
        for (var range = file.RangeCount - 1; range >= 0; range--)
        {
            pool.Add(new LargeFile.Range(file, range));
        }
    }

    private void Finish(LargeFile file, EngineWorker worker, WorkPool<object, EngineWorker> pool)
    {
        var outcome = file.HasFailed ? CopyOutcome.Failed : TryPublish(file, worker);
        if (outcome is null && ++file.Attempt < FileCopier.Attempts && file.Status.Size > LargeFile.RangeBytes)
        {
            CloseFiles(file);
            Begin(file, worker, pool);
            return;
        }

        if (outcome is null)
        {
            files.ReportChanging(file.TerminatedName, worker);
        }

        if (outcome == CopyOutcome.Copied)
        {
            Close(file);
        }
        else
        {
            GiveUp(file);
        }
    }

    /// <summary>Null when the source changed meanwhile: try again with its present status.</summary>
    private CopyOutcome? TryPublish(LargeFile file, EngineWorker worker)
    {
        var copy = new FileCopier.Attempt(file.Pair, file.TerminatedName, file.Source, worker, overwriting.For(file.Unit.Plan, file.Entry));
        var status = file.Status;
        var isSame = false;
        var failure = files.SetMetadata(copy, file.Target.Fd, status) ?? files.CheckUnchanged(copy, file.HasOtherLength, ref status, out isSame);
        if (failure is not null || !isSame)
        {
            file.Status = status;
            return failure;
        }

        var target = file.Target;
        var digest = file.Digest(worker.TreeHasher);
        var outcome = files.Publish(copy, ref target, status, digest);
        file.Target = target;
        if (outcome == CopyOutcome.Copied)
        {
            Record(file, status, digest, worker);
        }

        return outcome;
    }

    private void Record(LargeFile file, in FileStatus status, in Digest digest, EngineWorker worker)
    {
        var plan = file.Unit.Plan;
        var empty = SegmentRecorder.Begin(plan, worker);
        recorder.AddFile(worker, plan.Node.NameOf(plan.Node.Entries[file.Entry]), status, digest);
        recorder.End(file.Unit, worker, empty);
        plan.LinkGroupOf(file.Entry)?.SetContents(plan, file.Entry, digest);
    }

    private void GiveUp(LargeFile file)
    {
        file.Unit.Plan.Actions![file.Entry] = EntryAction.Skip;
        Close(file);
    }

    private void Close(LargeFile file)
    {
        lock (_open)
        {
            _open.Remove(file);
        }

        CloseFiles(file);
        file.Pair.Dispose();
    }

    private static void CloseFiles(LargeFile file)
    {
        if (file.Source >= 0)
        {
            Kernel.Close(file.Source);
            file.Source = -1;
        }

        // A default value has descriptor 0, which is not ours.
        if (file.Target.Fd > 0)
        {
            file.Target.Discard();
            file.Target = default;
        }
    }
}

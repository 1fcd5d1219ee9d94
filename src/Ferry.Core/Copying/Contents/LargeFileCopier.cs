using Ferry.Core.Concurrency;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>
/// Copies large files in ranges, several at a time: one stream of a parallel file system, and one core that hashes, are slower than the
/// devices. The rules are those of <see cref="FileCopier"/>. Thread-safe.
/// </summary>
internal sealed class LargeFileCopier(
    CopyContext context, SegmentRecorder recorder, FileCopier files, OverwriteRule overwriting, UnfinishedFiles unfinished)
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
        if (!file.HasFailed && !file.WasTaken && !Prove(range, worker))
        {
            Bring(range, worker);
        }

        if (file.EndRange())
        {
            Finish(file, worker, pool);
        }
        else if (file.IsInSequence)
        {
            pool.Add(range with { Number = range.Number + 1 });
        }
    }

    /// <summary>Leaves what a run that was stopped had not finished to the next one, as far as the journal tells of it.</summary>
    public void CloseUnfinished()
    {
        foreach (var file in _open.ToArray())
        {
            Close(file, keepsTarget: true);
        }
    }

    private bool Prove(LargeFile.Range range, EngineWorker worker)
    {
        var file = range.File;
        if (!file.IsClaimed(range.Number) || !new RangeStream(context, worker, file, range.Number).Prove(file.ChainOf(range.Number)))
        {
            return false;
        }

        file.CountProven(range.Number);
        return true;
    }

    private void Bring(LargeFile.Range range, EngineWorker worker)
    {
        var file = range.File;
        var stream = new RangeStream(context, worker, file, range.Number);
        var result = stream.Copy(file.ChainOf(range.Number));
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
        else if (file.Record >= 0 && !stream.HasOtherLength && !file.WasTaken)
        {
            unfinished.Record(file, range.Number, worker);
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

        file.Begin(context.Options);
        file.Target = Create(file, worker);
        if (file.Target.Fd < 0)
        {
            files.ReportWrite(file.TerminatedName, "open", -file.Target.Fd, worker);
            GiveUp(file);
            return;
        }

        for (var range = file.IsInSequence ? 0 : file.RangeCount - 1; range >= 0; range--)
        {
            pool.Add(new LargeFile.Range(file, range));
        }
    }

    /// <summary>
    /// What a later write to the source could leave the same times on is not for the next run to go on with: by then it looks as if it could be
    /// trusted.
    /// </summary>
    private NewFile Create(LargeFile file, EngineWorker worker) => recorder.IsRacy(file.Status)
        ? files.Create(file.Pair, file.Status, file.NameBuffer)
        : unfinished.Open(file, FileCopier.PermissionsWhileWritten(file.Status), worker);

    private void Finish(LargeFile file, EngineWorker worker, WorkPool<object, EngineWorker> pool)
    {
        var outcome = file.HasFailed ? CopyOutcome.Failed : file.IsTaken() ? null : TryPublish(file, worker);
        if (file.WasTaken && ++file.TimesTaken < TemporaryName.Attempts)
        {
            file.Attempt--;
        }

        if (outcome is null && ++file.Attempt < FileCopier.Attempts && file.Status.Size > LargeFile.RangeBytes)
        {
            CloseFiles(file, keepsTarget: false);
            Begin(file, worker, pool);
            return;
        }

        if (outcome is null)
        {
            files.ReportChanging(file.TerminatedName, worker);
        }

        if (outcome == CopyOutcome.Copied)
        {
            Close(file, keepsTarget: false);
        }
        else
        {
            GiveUp(file, keepsTarget: file.HasFailed);
        }
    }

    /// <summary>Null when the source changed meanwhile: try again with its present status.</summary>
    private CopyOutcome? TryPublish(LargeFile file, EngineWorker worker)
    {
        var copy = new FileCopier.Attempt(file.Pair, file.TerminatedName, file.Source, worker, overwriting.For(file.Unit.Plan, file.Entry));
        var status = file.Status;
        var isSame = false;
        var failure = files.SetMetadata(copy, file.Target, status) ?? files.CheckUnchanged(copy, file.HasOtherLength, ref status, out isSame);
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
            context.CountPresent(file.ProvenBytes);
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

    private void GiveUp(LargeFile file, bool keepsTarget = false)
    {
        file.Unit.Plan.Actions![file.Entry] = EntryAction.Skip;
        Close(file, keepsTarget);
    }

    private void Close(LargeFile file, bool keepsTarget)
    {
        lock (_open)
        {
            _open.Remove(file);
        }

        CloseFiles(file, keepsTarget);
        file.Pair.Dispose();
    }

    private static void CloseFiles(LargeFile file, bool keepsTarget)
    {
        if (file.Source >= 0)
        {
            Kernel.Close(file.Source);
            file.Source = -1;
        }

        // A default value has descriptor 0, which is not ours.
        if (file.Target.Fd > 0 && keepsTarget && file.Record >= 0)
        {
            file.Target.Leave();
        }
        else if (file.Target.Fd > 0)
        {
            file.Target.Discard();
        }

        file.Target = default;
    }
}

using System.Text;
using Ferry.Core.Copying;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Pushing;

/// <summary>Brings one entry back, by the rule as things are when its turn comes, and resolves its conflict. Thread-safe.</summary>
internal sealed class ItemPusher(CopyContext context, PushOptions options, PushedFileCopier files, PushedSymlinkCopier links, PushRecorder recorder, KeptVersions kept)
{
    private const int ConflictDigestChars = 8;
    private const int LongestName = 255;

    private long _equal;
    private long _resolved;

    public long Equal => Interlocked.Read(ref _equal);

    public long Resolved => Interlocked.Read(ref _resolved);

    /// <summary>True when nothing of it is left to do.</summary>
    public bool Process(PushItem item, in DirectoryPair pair, EngineWorker worker)
    {
        var result = Kernel.StatusOf(pair.Target, item.TerminatedName, out var found);
        if (result < 0 && result != -Errno.ENOENT)
        {
            return Fail(EntryProblem.OfCall(Display(item), "statx", -result));
        }

        FileStatus? source = result == 0 ? found : null;
        var action = item.HasPrior ? PushRule.Decide(item.Staged, item.Prior, source) : PushRule.Decide(item.Staged, source);
        if (action == PushAction.Keep)
        {
            return true;
        }

        if (IsTouchedOnly(item, action, pair, worker) is not false and var isTouched)
        {
            return isTouched == true;
        }

        action = action == PushAction.ProveStaged ? PushRule.DecideChanged(item.Prior, source) : action;
        if (action == PushAction.ProveSource)
        {
            if (Has(context.Target, pair.Target, item, item.Prior.Kind, ItemContents.Recorded(item), worker) is not { } isRecorded)
            {
                return false;
            }

            action = isRecorded ? PushAction.Push : PushAction.ChangedOnBoth;
        }

        return action == PushAction.Push ? Bring(item, source, pair, worker) : Resolve(item, source, pair, worker);
    }

    /// <summary>
    /// True when the staged entry has the recorded contents: nobody changed it, whatever its time says. Null when it cannot be read.
    /// </summary>
    private bool? IsTouchedOnly(PushItem item, PushAction action, in DirectoryPair pair, EngineWorker worker)
    {
        if (!item.HasPrior || item.Prior.Kind != item.Staged.Kind || item.Prior.Size != item.Staged.Size)
        {
            return false;
        }

        var isRecorded = Has(context.Source, pair.Source, item, item.Prior.Kind, ItemContents.Recorded(item), worker);
        if (isRecorded == true && action != PushAction.ProveStaged)
        {
            PushRecorder.AddTouched(worker, item);
            Interlocked.Increment(ref _equal);
        }

        return isRecorded;
    }

    /// <summary>Whether an entry has these contents; null when it cannot be read, which was reported.</summary>
    private bool? Has(TreeRoot side, int directory, PushItem item, EntryKind kind, ReadOnlySpan<byte> contents, EngineWorker worker)
    {
        var result = ItemContents.Read(directory, item, kind, worker, out var found);
        if (result < 0)
        {
            var path = side.Display(item.Directory.Node.GetPath(), item.Name);
            // What vanished from scratch needs no push any more; from the source, it does.
            context.Report(side == context.Source ? EntryProblem.OfRead(path, "read", -result) : EntryProblem.OfCall(path, "read", -result));
            return null;
        }

        return found.AsSpan().SequenceEqual(contents);
    }

    /// <summary>Copies the staged version to the source, in place of the version that was looked at.</summary>
    private bool Bring(PushItem item, FileStatus? replaces, in DirectoryPair pair, EngineWorker worker)
    {
        if (item.Staged.Kind == EntryKind.Symlink)
        {
            return links.Copy(item, item.TerminatedName, replaces, pair, worker) is CopyOutcome.Copied or CopyOutcome.Vanished;
        }

        var landing = new Landing { Replaces = replaces, StagedPermissions = item.HasPrior ? item.Prior.Permissions : null };
        var status = item.Staged;
        var outcome = files.Copy(pair, item.TerminatedName, landing, worker, ref status, out var digest);
        if (landing.Landed is { } landed)
        {
            recorder.AddCommon(worker, item, landed, digest, status.Modified);
        }

        // What vanished from scratch was reported, and is not there to be pushed any more.
        return outcome is CopyOutcome.Copied or CopyOutcome.Vanished;
    }

    private bool Resolve(PushItem item, FileStatus? source, in DirectoryPair pair, EngineWorker worker)
    {
        bool? isEqual = source is { } found ? HaveEqualContents(item, found, pair, worker) : false;
        if (isEqual is not false)
        {
            Interlocked.Add(ref _equal, isEqual == true ? 1 : 0);
            return isEqual == true;
        }

        if (source is { Kind: EntryKind.Directory or EntryKind.Other })
        {
            return Fail(new EntryProblem(ProblemKind.Conflict, Display(item), EntryProblem.PushKind));
        }

        var isResolved = ChooseWinner(item, source) switch
        {
            ConflictPolicy.Both => KeepBoth(item, source, pair, worker),
            ConflictPolicy.Scratch => LetScratchWin(item, source, pair, worker),
            ConflictPolicy.Source => LetSourceWin(item, pair, worker),
            _ => Fail(new EntryProblem(ProblemKind.Conflict, Display(item), source is null ? EntryProblem.PushGone : EntryProblem.PushConflict)),
        };
        if (isResolved)
        {
            Interlocked.Increment(ref _resolved);
        }

        return isResolved;
    }

    private ConflictPolicy ChooseWinner(PushItem item, FileStatus? source) => options.Conflicts != ConflictPolicy.Newer ? options.Conflicts
        : source is not { } found || item.Staged.Modified > found.Modified ? ConflictPolicy.Scratch
        : item.Staged.Modified < found.Modified ? ConflictPolicy.Source
        : ConflictPolicy.Fail;

    /// <summary>Null when one of them cannot be read, which was reported.</summary>
    private bool? HaveEqualContents(PushItem item, in FileStatus source, in DirectoryPair pair, EngineWorker worker)
    {
        if (source.Kind != item.Staged.Kind || source.Size != item.Staged.Size)
        {
            return false;
        }

        if (!TryReadStaged(item, pair, worker, out var contents))
        {
            return null;
        }

        var isSame = Has(context.Target, pair.Target, item, source.Kind, contents, worker);
        if (isSame != true)
        {
            return isSame;
        }

        if (Kernel.StatusOf(pair.Target, item.TerminatedName, out var after) < 0 || !after.HasSameContentsAs(source))
        {
            return false;
        }

        recorder.AddCommon(worker, item, source, contents, item.Staged.Modified);
        return true;
    }

    /// <summary>The staged version goes beside the source's, under a name that its contents give: pushed twice it is there once.</summary>
    private bool KeepBoth(PushItem item, FileStatus? source, in DirectoryPair pair, EngineWorker worker)
    {
        if (source is null)
        {
            return Bring(item, null, pair, worker);
        }

        if (!TryReadStaged(item, pair, worker, out var content))
        {
            return false;
        }

        var digest = item.Staged.Kind == EntryKind.Symlink ? Blake3.Hash(content) : Digest.FromBytes(content);

        var name = ConflictName(item.Name, digest);
        var status = item.Staged;
        var copied = digest;
        var outcome = status.Kind == EntryKind.Symlink
            ? links.Copy(item, name, null, pair, worker)
            : files.Copy(pair, item.TerminatedName, new Landing { Name = name }, worker, ref status, out copied);
        if (outcome != CopyOutcome.Copied)
        {
            return false;
        }

        if (copied == digest)
        {
            PushRecorder.AddSuperseded(worker, item, content);
        }

        context.Report(new EntryProblem(
            ProblemKind.Warning, Display(item), $"changed on both sides; the version from scratch is beside it as {PathText.Display(name.AsSpan()[..^1])}"));
        return true;
    }

    private bool LetScratchWin(PushItem item, FileStatus? source, in DirectoryPair pair, EngineWorker worker)
    {
        if (source is { } found && kept.Keep(pair.Target, item.TerminatedName, found, worker, Display(item)) is { } problem)
        {
            return Fail(problem);
        }

        return Bring(item, source, pair, worker);
    }

    private bool LetSourceWin(PushItem item, in DirectoryPair pair, EngineWorker worker)
    {
        if (!TryReadStaged(item, pair, worker, out var content))
        {
            return false;
        }

        if (kept.Keep(pair.Source, item.TerminatedName, item.Staged, worker, Display(item)) is { } problem)
        {
            return Fail(problem);
        }

        PushRecorder.AddSuperseded(worker, item, content);
        return true;
    }

    /// <summary>False, and reported, if it cannot be read.</summary>
    private bool TryReadStaged(PushItem item, in DirectoryPair pair, EngineWorker worker, out byte[] contents)
    {
        var result = ItemContents.Read(pair.Source, item, item.Staged.Kind, worker, out contents);
        if (result < 0)
        {
            context.Report(EntryProblem.OfRead(context.Source.Display(worker.SourcePath.Path, item.Name), "read", -result));
        }

        return result >= 0;
    }

    private static byte[] ConflictName(ReadOnlySpan<byte> name, in Digest digest)
    {
        var suffix = Encoding.ASCII.GetBytes($".conflict-{digest.ToHex()[..ConflictDigestChars]}");
        return PathText.Terminated([.. name[..Math.Min(name.Length, LongestName - suffix.Length)], .. suffix]);
    }

    private bool Fail(EntryProblem problem)
    {
        context.Report(problem);
        return problem.Kind == ProblemKind.Warning;
    }

    private string Display(PushItem item) => context.Target.Display(item.Directory.Node.GetPath(), item.Name);
}

using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>
/// Makes the further names of files that have several, once all contents have arrived, and completes the records of their units.
/// Thread-safe.
/// </summary>
internal sealed class LinkMaker(CopyContext context, SegmentRecorder recorder)
{
    public void Process(CopyUnit unit, EngineWorker worker)
    {
        var path = unit.Plan.Node.WritePath(worker.TargetPath);
        var directory = context.Target.OpenDirectory(path);
        if (directory < 0)
        {
            context.Report(EntryProblem.OfCall(context.Target.Display(path.Path), "open", -directory));
            return;
        }

        var empty = SegmentRecorder.Begin(unit.Plan, worker);
        ReadOnlySpan<byte> recorded = unit.EntriesBeforeLinks;
        var offset = 0;
        for (var i = unit.Start; i < unit.End; i++)
        {
            var entry = unit.Plan.Node.Entries[i];
            if (unit.Plan.Actions![i] == EntryAction.Link)
            {
                LinkAndRecord(unit.Plan, i, entry, directory, worker);
            }
            else if (StartsWith(recorded, offset, unit.Plan.Node.NameOf(entry)))
            {
                SegmentRecorder.AddPrior(worker, ManifestEntry.Read(recorded, ref offset));
            }
        }

        recorder.End(unit, worker, empty);
        Kernel.Close(directory);
    }

    private static bool StartsWith(ReadOnlySpan<byte> recorded, int offset, ReadOnlySpan<byte> name) =>
        offset < recorded.Length && ManifestEntry.Read(recorded, ref offset).Name.SequenceEqual(name);

    private void LinkAndRecord(DirectoryPlan plan, int i, in TreeEntry entry, int directory, EngineWorker worker)
    {
        var group = plan.LinkGroupOf(i)!;
        if (!group.HasContents)
        {
            // The name that has the contents did not arrive: reported there, and this one is missing with it.
            plan.Actions![i] = EntryAction.Skip;
            Report(plan, entry, worker, "another name of a file that did not arrive");
            return;
        }

        if (group.IsGuarded(plan, i) && !FileCopier.HasContents(directory, plan.Node.TerminatedNameOf(entry), worker, group.Contents))
        {
            plan.Actions![i] = EntryAction.Skip;
            Report(plan, entry, worker, EntryProblem.NewerOnTarget, kind: ProblemKind.Conflict);
            return;
        }

        var anchor = group.Anchor;
        var anchorDirectory = context.Target.OpenDirectory(anchor.Plan.Node.WritePath(worker.SourcePath));
        var result = anchorDirectory;
        if (anchorDirectory >= 0)
        {
            var attempt = 0;
            do
            {
                result = Link(anchorDirectory, group.AnchorName, directory, plan.Node.TerminatedNameOf(entry));
            }
            while (result == -Errno.ENOENT && ++attempt < TemporaryName.Attempts);

            Kernel.Close(anchorDirectory);
        }

        if (result < 0)
        {
            plan.Actions![i] = EntryAction.Skip;
            Report(plan, entry, worker, $"{Errno.Describe(-result)} (link: {Errno.Name(-result)})", -result);
            return;
        }

        context.CountCopied(0);
        recorder.AddFile(worker, plan.Node.NameOf(entry), entry.Status, group.Contents);
    }

    private static int Link(int anchorDirectory, ReadOnlySpan<byte> anchor, int directory, ReadOnlySpan<byte> name)
    {
        Span<byte> buffer = stackalloc byte[TemporaryName.MaxLength];
        var temporary = TemporaryName.Next(buffer);
        var result = Kernel.Link(anchorDirectory, anchor, directory, temporary);
        if (result < 0)
        {
            return result;
        }

        result = Kernel.Rename(directory, temporary, name);
        // rename(2) does nothing, and says so to nobody, when both names are the same file already.
        var removed = Kernel.Remove(directory, temporary);
        return result < 0 || removed == -Errno.ENOENT ? result : removed;
    }

    private void Report(
        DirectoryPlan plan, in TreeEntry entry, EngineWorker worker, string reason, int errno = 0, ProblemKind kind = ProblemKind.Failure) =>
        context.Report(new EntryProblem(
            kind, context.Target.Display(plan.Node.WritePath(worker.TargetPath).Path, plan.Node.NameOf(entry)), reason, errno));
}

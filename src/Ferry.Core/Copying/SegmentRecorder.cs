using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>Writes what arrived into the new manifest, segment by segment. Thread-safe; the buffers are the worker's.</summary>
internal sealed class SegmentRecorder(ManifestWriter writer, Timestamp racyFrom, Timestamp? fileTimes)
{
    /// <summary>Begins a segment for a directory in the worker's buffer; its length so far is returned.</summary>
    public static int Begin(DirectoryPlan plan, EngineWorker worker)
    {
        ManifestSegment.Begin(worker.Encoded, plan.Node.WritePath(worker.ScratchPath).Path);
        return worker.Encoded.Length;
    }

    /// <summary>True for a version that a later write could leave the same times on.</summary>
    public bool IsRacy(in FileStatus status) => status.Modified >= racyFrom;

    /// <summary>Adds a file that was copied, linked or updated.</summary>
    public void AddFile(EngineWorker worker, ReadOnlySpan<byte> name, in FileStatus status, in Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        digest.CopyTo(bytes);
        Add(worker, name, status, bytes);
    }

    /// <summary>Adds a symlink that was copied.</summary>
    public void AddSymlink(EngineWorker worker, ReadOnlySpan<byte> name, in FileStatus status, ReadOnlySpan<byte> target) =>
        Add(worker, name, status, target);

    /// <summary>Adds a record again that still holds.</summary>
    public static void AddPrior(EngineWorker worker, in ManifestEntry prior) =>
        ManifestEntry.WriteFlagged(worker.Encoded, prior, EntryFlags.None, EntryFlags.Gone | EntryFlags.Unproven);

    /// <summary>Adds a record again with the source's status of now; contents and what the target's time should be stay.</summary>
    public void AddAgain(EngineWorker worker, in FileStatus status, in ManifestEntry prior)
    {
        Span<byte> digest = stackalloc byte[Digest.Size];
        prior.Digest.CopyTo(digest);
        var flags = (prior.Flags & EntryFlags.OwnTargetTime) | (IsRacy(status) ? EntryFlags.Racy : EntryFlags.None);
        ManifestEntry.Write(worker.Encoded, flags, prior.Name, status, digest, prior.TargetModified);
    }

    /// <summary>Appends to the journal what is about to come into a directory. No part of the manifest.</summary>
    public void Announce(DirectoryPlan plan, EngineWorker worker)
    {
        var empty = Begin(plan, worker);
        for (var i = 0; i < plan.Node.Entries.Length; i++)
        {
            ref readonly var entry = ref plan.Node.Entries[i];
            if (plan.Actions![i] is EntryAction.Copy or EntryAction.Link)
            {
                var length = entry.Status.Kind == EntryKind.File ? Digest.Size : (int)entry.Status.Size;
                var flags = EntryFlags.Intended | (fileTimes is null ? EntryFlags.None : EntryFlags.OwnTargetTime);
                ManifestEntry.Write(worker.Encoded, flags, plan.Node.NameOf(entry), entry.Status, new byte[length], fileTimes ?? default);
            }
        }

        if (worker.Encoded.Length > empty)
        {
            ManifestSegment.End(worker.Encoded);
            writer.Append(worker.Encoded.Written);
        }
    }

    /// <summary>Ends the segment and appends it, if it holds more than <paramref name="empty"/> bytes.</summary>
    public void End(CopyUnit unit, EngineWorker worker, int empty)
    {
        if (unit.IsLast)
        {
            worker.Encoded.Append(unit.Plan.GoneEntries);
        }

        if (worker.Encoded.Length > empty)
        {
            ManifestSegment.End(worker.Encoded);
            unit.Plan.Segments[unit.Number] = writer.Append(worker.Encoded.Written);
        }
    }

    private void Add(EngineWorker worker, ReadOnlySpan<byte> name, in FileStatus status, ReadOnlySpan<byte> content)
    {
        var flags = IsRacy(status) ? EntryFlags.Racy : EntryFlags.None;
        if (fileTimes is not null)
        {
            flags |= EntryFlags.OwnTargetTime;
        }

        ManifestEntry.Write(worker.Encoded, flags, name, status, content, fileTimes ?? default);
    }
}

using Ferry.Core.Linux;
using Ferry.Core.Manifests;

namespace Ferry.Core.Copying;

/// <summary>
/// The rule of a sync for one entry, from three sides: the source now, the record of the last sync, the target now. Pure; the
/// table in docs/semantics.md is this code in words.
/// </summary>
internal static class SyncRule
{
    /// <summary>Decides for an entry that no run has recorded.</summary>
    /// <param name="source">The source's status.</param>
    /// <param name="target">The target's status; null if it has no such name.</param>
    /// <param name="isOurs">
    /// Whether it may have been staged without a record: by another tool, or by a first run that did not finish. If not, a job made it.
    /// </param>
    public static EntryAction Decide(in FileStatus source, FileStatus? target, bool isOurs)
    {
        if (source.Kind == EntryKind.Other)
        {
            return EntryAction.Skip;
        }

        // A directory in the way was staged and goes first, or the rename onto it fails: it cannot be overwritten.
        return target is { } found && found.Kind != EntryKind.Directory && (!isOurs || found.Modified > source.Modified)
            ? EntryAction.Adopt
            : EntryAction.Copy;
    }

    /// <summary>Decides for an entry that was recorded.</summary>
    public static EntryAction Decide(in FileStatus source, in ManifestEntry prior, FileStatus? target)
    {
        if (source.Kind == EntryKind.Other)
        {
            return EntryAction.Skip;
        }

        if (target is not { } found)
        {
            return EntryAction.Copy;
        }

        if (IsAsRecorded(found, prior))
        {
            return HasChanged(source, prior) || prior.IsRacy ? EntryAction.Copy
                : source.Kind == EntryKind.File ? DecideFile(source, prior, found)
                : WasTouched(source, prior) ? EntryAction.Metadata : EntryAction.Keep;
        }

        return IsStaged(found, prior) ? EntryAction.Copy : DecideChanged(source, prior, found);
    }

    private static EntryAction DecideFile(in FileStatus source, in ManifestEntry prior, in FileStatus found) =>
        WasTouched(source, prior) ? prior.IsUnproven ? EntryAction.Copy : EntryAction.CompareSource
        : prior.IsUnproven ? EntryAction.Prove
        : found.Permissions != source.Permissions ? EntryAction.Metadata
        : EntryAction.Keep;

    private static EntryAction DecideChanged(in FileStatus source, in ManifestEntry prior, in FileStatus found) =>
        HasChanged(source, prior) ? IsLike(source, found) ? EntryAction.Adopt : EntryAction.Conflict
        : !prior.IsRacy && !WasTouched(source, prior) ? EntryAction.KeepChanged
        : source.Kind == EntryKind.File ? EntryAction.CompareChanged
        : prior.IsRacy ? EntryAction.Conflict : EntryAction.KeepChanged;

    /// <summary>True when the target's entry is the one that was recorded: kind, size and modification time.</summary>
    public static bool IsAsRecorded(in FileStatus target, in ManifestEntry prior) =>
        target.Kind == prior.Kind && target.Size == prior.Size && prior.TargetModified.SurvivesAs(target.Modified);

    /// <summary>Other bytes under the old time are no program's doing: some purges and crashes leave that.</summary>
    public static bool IsDamaged(in FileStatus target, in ManifestEntry prior) =>
        target.Kind == prior.Kind && target.Size != prior.Size && prior.TargetModified.SurvivesAs(target.Modified);

    /// <summary>True when nobody but a sync, a purge or a crash made the target's entry what it is.</summary>
    public static bool IsStaged(in FileStatus target, in ManifestEntry prior) =>
        IsAsRecorded(target, prior) || IsDamaged(target, prior) || (prior.IsUnproven && target.Modified <= prior.TargetModified);

    /// <summary>True when the source's entry is in every respect the one that was recorded.</summary>
    public static bool IsUnchanged(in FileStatus source, in ManifestEntry prior) =>
        !HasChanged(source, prior) && !prior.IsRacy && !WasTouched(source, prior);

    /// <summary>True for a target of the source's kind, size and time, as a run leaves it that was killed between giving a file its name and recording it.</summary>
    public static bool IsLike(in FileStatus source, in FileStatus target) =>
        target.Kind == source.Kind && target.Size == source.Size && source.Modified.SurvivesAs(target.Modified);

    /// <summary>Whether the source's entry has another kind, size or time than was recorded.</summary>
    public static bool HasChanged(in FileStatus source, in ManifestEntry prior) =>
        source.Kind != prior.Kind || source.Size != prior.Size || source.Modified != prior.Modified;

    /// <summary>
    /// The change time moves with mode, owner, attributes and links, which are then set again; but also when a file of the same size and
    /// time takes the name, as reproducible builds make them.
    /// </summary>
    private static bool WasTouched(in FileStatus source, in ManifestEntry prior) =>
        source.Changed != prior.Changed || source.Inode != prior.Inode;
}

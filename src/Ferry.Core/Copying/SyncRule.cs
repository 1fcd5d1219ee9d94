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
    public static EntryAction Decide(in FileStatus source, FileStatus? target)
    {
        if (source.Kind == EntryKind.Other)
        {
            return EntryAction.Skip;
        }

        // A directory in the way was staged and goes first, or the rename onto it fails: it cannot be overwritten.
        return target is { } found && found.Kind != EntryKind.Directory && found.Modified > source.Modified
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

        var sourceChanged = HasChanged(source, prior);
        if (IsAsRecorded(found, prior))
        {
            return sourceChanged ? EntryAction.Copy
                : prior.IsUnproven && source.Kind == EntryKind.File ? EntryAction.Prove
                : HasOtherMetadata(source, prior) || HasOtherMetadata(found, source) ? EntryAction.Metadata
                : EntryAction.Keep;
        }

        if (found.Modified > prior.TargetModified)
        {
            return !sourceChanged ? EntryAction.KeepChanged
                : IsLike(source, found) ? EntryAction.Adopt
                : EntryAction.Conflict;
        }

        return EntryAction.Copy;
    }

    /// <summary>True when the target's entry is the one that was recorded: kind, size and modification time.</summary>
    public static bool IsAsRecorded(in FileStatus target, in ManifestEntry prior) =>
        target.Kind == prior.Kind && target.Size == prior.Size && prior.TargetModified.SurvivesAs(target.Modified);

    /// <summary>True when the source's entry is in every respect the one that was recorded.</summary>
    public static bool IsUnchanged(in FileStatus source, in ManifestEntry prior) =>
        !HasChanged(source, prior) && !HasOtherMetadata(source, prior);

    /// <summary>True for what a run leaves that was killed between giving a file its name and recording it.</summary>
    private static bool IsLike(in FileStatus source, in FileStatus target) =>
        target.Kind == source.Kind && target.Size == source.Size && source.Modified.SurvivesAs(target.Modified);

    private static bool HasChanged(in FileStatus source, in ManifestEntry prior) =>
        prior.IsRacy || source.Kind != prior.Kind || source.Size != prior.Size || source.Modified != prior.Modified;

    /// <summary>The change time also moves when mode, owner, attributes or links change: then they are compared and set again.</summary>
    private static bool HasOtherMetadata(in FileStatus source, in ManifestEntry prior) =>
        source.Changed != prior.Changed || source.Inode != prior.Inode;

    private static bool HasOtherMetadata(in FileStatus target, in FileStatus source) =>
        source.Kind == EntryKind.File && target.Permissions != source.Permissions;
}

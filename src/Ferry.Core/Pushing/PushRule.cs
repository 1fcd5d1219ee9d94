using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;

namespace Ferry.Core.Pushing;

/// <summary>What a push does with one entry of the staged tree.</summary>
internal enum PushAction : byte
{
    /// <summary>Not changed on scratch, as far as its status tells.</summary>
    Keep = 0,

    /// <summary>New or changed on scratch, and the source is as it was: brought back.</summary>
    Push,

    /// <summary>The same, but the source's status leaves open whether its contents are as recorded: they are hashed first.</summary>
    ProveSource,

    /// <summary>The status of the staged file leaves open whether it was changed: it is hashed first.</summary>
    ProveStaged,

    /// <summary>New or changed on both sides.</summary>
    ChangedOnBoth,

    /// <summary>Changed on scratch and removed from the source.</summary>
    GoneFromSource,
}

/// <summary>
/// The rule of a push for one entry, from three sides: the staged tree now, the record of the last sync, the source now. Pure; the
/// table in docs/semantics.md is this code in words.
/// </summary>
internal static class PushRule
{
    /// <summary>Decides for an entry that no sync has recorded.</summary>
    public static PushAction Decide(in FileStatus staged, FileStatus? source) =>
        staged.Kind == EntryKind.Other ? PushAction.Keep
        : source is not { } found ? PushAction.Push
        // As rsync sees it. Nothing is written, so nothing is lost if it is wrong.
        : found.Kind == staged.Kind && found.Size == staged.Size && found.Modified == staged.Modified ? PushAction.Keep
        : PushAction.ChangedOnBoth;

    /// <summary>Decides for an entry that was recorded.</summary>
    public static PushAction Decide(in FileStatus staged, in ManifestEntry prior, FileStatus? source)
    {
        if (staged.Kind == EntryKind.Other || IsDamaged(staged, prior))
        {
            return PushAction.Keep;
        }

        if (SyncRule.IsAsRecorded(staged, prior))
        {
            return prior.IsRacy && !prior.IsUnproven && staged.Kind == EntryKind.File ? PushAction.ProveStaged : PushAction.Keep;
        }

        return DecideChanged(prior, source);
    }

    /// <summary>Decides for an entry of which it is certain that scratch has something else than was recorded.</summary>
    public static PushAction DecideChanged(in ManifestEntry prior, FileStatus? source) =>
        source is not { } found ? PushAction.GoneFromSource
            : SyncRule.IsUnchanged(found, prior) && !prior.IsGone ? PushAction.Push
            : SyncRule.HasChanged(found, prior) ? PushAction.ChangedOnBoth
            : PushAction.ProveSource;

    /// <summary>
    /// What a crash of a node or a purge leaves, and no program: another size under the old time; anything that is not newer than a record
    /// that was never proven.
    /// </summary>
    private static bool IsDamaged(in FileStatus staged, in ManifestEntry prior) =>
        SyncRule.IsDamaged(staged, prior) || (prior.IsUnproven && staged.Modified <= prior.TargetModified);
}

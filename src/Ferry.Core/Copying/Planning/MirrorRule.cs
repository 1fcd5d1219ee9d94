using Ferry.Core.Linux;
using Ferry.Core.Manifests;

namespace Ferry.Core.Copying;

/// <summary>
/// The rule of a mirror for one entry: as rsync's, a file of the same size and modification time is taken for the same until it is verified; any other
/// is replaced. A record of the source spares reading it again. Pure.
/// </summary>
internal static class MirrorRule
{
    /// <summary>Decides for an entry that no run has recorded.</summary>
    public static EntryAction Decide(in FileStatus source, FileStatus? target) =>
        source.Kind == EntryKind.Other ? EntryAction.Skip
        : target is { } found && source.Kind == EntryKind.File && SyncRule.IsLike(source, found) ? EntryAction.Match
        : EntryAction.Copy;

    /// <summary>Decides for an entry that was recorded.</summary>
    public static EntryAction Decide(in FileStatus source, in ManifestEntry prior, FileStatus? target)
    {
        if (source.Kind == EntryKind.Other || target is not { } found || !SyncRule.IsLike(source, found))
        {
            return Decide(source, target);
        }

        if (source.Kind == EntryKind.Symlink)
        {
            return SyncRule.IsUnchanged(source, prior) ? EntryAction.Keep : EntryAction.Copy;
        }

        return prior.IsGone || !SyncRule.IsAsRecorded(found, prior) || !SyncRule.IsUnchanged(source, prior) ? EntryAction.Match
            : prior.IsUnproven ? EntryAction.Prove
            : found.Permissions != source.Permissions ? EntryAction.Metadata
            : EntryAction.Keep;
    }

    /// <summary>Decides for an entry that is only hashed: what is as it was recorded need not be read.</summary>
    public static EntryAction DecideHash(in FileStatus source, in ManifestEntry prior) =>
        source.Kind == EntryKind.Other ? EntryAction.Skip
        : SyncRule.IsUnchanged(source, prior) && !prior.IsGone ? EntryAction.Keep
        : EntryAction.Copy;
}

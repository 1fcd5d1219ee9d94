using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>
/// Decides once more, when a file is finished, whether it may take the place of what has its name on the target by now: since the plan was made a
/// job may have written there. Thread-safe.
/// </summary>
internal sealed class OverwriteRule(PriorTree prior, TargetRole role)
{
    /// <summary>What an entry of the source may take the place of.</summary>
    public Landing For(DirectoryPlan plan, int entry) =>
        plan.Actions![entry] == EntryAction.Adopt ? Landing.Equal
        : plan.TargetExists && role == TargetRole.Staged ? new Landing { MayReplace = found => Allows(plan, entry, found) }
        : Landing.Anything;

    /// <summary>True for what the plan would overwrite, were it made now.</summary>
    private bool Allows(DirectoryPlan plan, int entry, in FileStatus found)
    {
        var source = plan.Node.Entries[entry];
        return (plan.HasPriorEntry(entry) ? SyncRule.IsStaged(found, plan.PriorEntry(entry)) : prior.MayHaveUnrecorded && found.Modified <= source.Status.Modified)
            || prior.WasIntended(plan.Node.WritePath(new PathBuffer()), plan.Node.NameOf(source), found);
    }
}

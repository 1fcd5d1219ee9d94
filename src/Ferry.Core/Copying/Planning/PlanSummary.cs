using Ferry.Core.Linux;
using Ferry.Core.Manifests;

namespace Ferry.Core.Copying;

/// <summary>Adds up a plan and links the directories in which something is to be done, from the root down.</summary>
internal sealed class PlanSummary
{
    private readonly bool _releases;
    private long _files;
    private long _bytes;
    private long _inodes;
    private long _removals;
    private long _updates;
    private long _proofs;

    /// <summary>Adds up.</summary>
    /// <param name="directories">The plan's.</param>
    /// <param name="releases">Whether what is unchanged is not needed any more.</param>
    public PlanSummary(List<DirectoryPlan> directories, bool releases)
    {
        _releases = releases;
        var totals = new TreeTotals(0, 0, directories.Count);
        foreach (var plan in directories)
        {
            totals = totals with { Files = totals.Files + plan.Files, Bytes = totals.Bytes + plan.Bytes };
            Add(plan);
            if (plan.HasWork)
            {
                AttachToParents(plan);
            }
        }

        Totals = totals;
        Work = new PlannedWork(_files, _bytes, _inodes, _removals, _updates, _proofs);
    }

    public TreeTotals Totals { get; }

    public PlannedWork Work { get; }

    public bool RefreshesDirectories { get; private set; }

    public bool ChangesRecords { get; private set; }

    private void Add(DirectoryPlan plan)
    {
        RefreshesDirectories |= plan.RefreshDirectory;
        _inodes += plan.TargetExists ? 0 : 1;
        _removals += plan.Removals?.Count ?? 0;
        var hasActions = plan.Actions is not null && AddActions(plan);
        if (_releases && plan.IsRecorded && !hasActions)
        {
            plan.Release();
        }

        ChangesRecords |= plan.Actions is not null;
        plan.HasWork = plan.Actions is not null || plan.Removals is not null || !plan.TargetExists;
    }

    private bool AddActions(DirectoryPlan plan)
    {
        var any = false;
        var entries = plan.Node.Entries;
        for (var i = 0; i < entries.Length; i++)
        {
            var action = plan.Actions![i];
            any |= action is not (EntryAction.Keep or EntryAction.KeepChanged or EntryAction.Skip);
            switch (action)
            {
                case EntryAction.Copy or EntryAction.Adopt:
                    _files++;
                    _bytes += entries[i].Status.Kind == EntryKind.File ? entries[i].Status.Size : 0;
                    _inodes++;
                    break;
                case EntryAction.Link:
                    _updates++;
                    break;
                case EntryAction.Metadata:
                    _updates++;
                    break;
                case EntryAction.Prove or EntryAction.CompareSource or EntryAction.CompareChanged or EntryAction.Match:
                    _proofs++;
                    break;
            }
        }

        return any;
    }

    private static void AttachToParents(DirectoryPlan plan)
    {
        for (var child = plan; child.Node.Parent?.Tag is DirectoryPlan parent && !child.IsAttached; child = parent)
        {
            child.IsAttached = true;
            parent.Children.Add(child);
        }
    }
}

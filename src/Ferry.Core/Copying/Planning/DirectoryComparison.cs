using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>Compares one directory's source entries with their records and with the target, and fills in its plan.</summary>
internal ref struct DirectoryComparison
{
    private readonly DirectoryPlan _plan;
    private readonly TreePlanner _planner;
    private readonly PathBuffer _path;
    private readonly int _target;
    private readonly bool _isVouchedFor;
    private readonly ByteBuffer _recorded;
    private ManifestEntry _prior;
    private bool _hasPrior;
    private int _priorOffset;
    private int _nextOffset;
    private ByteBuffer? _gone;
    private EntryAction[] _actions = [];
    private int[]? _offsets;

    /// <summary>Prepares to compare a directory.</summary>
    /// <param name="plan">Receives the result.</param>
    /// <param name="recorded">The recorded entries, ascending by name.</param>
    /// <param name="path">The directory's path below the root.</param>
    /// <param name="target">The target's directory, open, or a negative number if there is none.</param>
    /// <param name="isVouchedFor">Whether the target is known to hold every recorded entry, so that none need be asked about.</param>
    /// <param name="planner">Gives the options and takes problems.</param>
    public DirectoryComparison(
        DirectoryPlan plan, ByteBuffer recorded, PathBuffer path, int target, bool isVouchedFor, TreePlanner planner)
    {
        _isVouchedFor = isVouchedFor;
        _plan = plan;
        _recorded = recorded;
        _path = path;
        _target = target;
        _planner = planner;
    }

    /// <summary>Nothing is to be done, and the records hold as they are.</summary>
    public bool IsUnchanged { get; private set; } = true;

    public bool HasLinks { get; private set; }

    public int ChangedOnTarget { get; private set; }

    public void Run()
    {
        var entries = _plan.Node.Entries;
        _actions = new EntryAction[entries.Length];
        _offsets = _recorded.Length > 0 ? new int[entries.Length] : null;
        NextPrior();
        for (var i = 0; i < entries.Length; i++)
        {
            var name = _plan.Node.NameOf(entries[i]);
            while (_hasPrior && NameOrder.Compare(_prior.Name, name) < 0)
            {
                AddGone(isReplaced: false);
                NextPrior();
            }

            CompareEntry(i, entries[i], _hasPrior && _prior.Name.SequenceEqual(name));
        }

        for (; _hasPrior; NextPrior())
        {
            AddGone(isReplaced: false);
        }

        _plan.Actions = _actions;
        _plan.PriorOffsets = _offsets;
        _plan.PriorEntries = _offsets is null ? [] : _recorded.Written.ToArray();
        _plan.GoneEntries = _gone is null ? [] : _gone.Written.ToArray();
    }

    private void CompareEntry(int i, in TreeEntry entry, bool isRecorded)
    {
        if (_offsets is not null)
        {
            _offsets[i] = isRecorded && entry.Status.Kind != EntryKind.Directory ? _priorOffset : -1;
        }

        if (entry.Status.Kind == EntryKind.Directory)
        {
            if (isRecorded)
            {
                AddGone(isReplaced: true);
                NextPrior();
            }

            return;
        }

        FileStatus? target = null;
        EntryAction action;
        if (_isVouchedFor && isRecorded && entry.Status.Links < 2 && SyncRule.IsUnchanged(entry.Status, _prior))
        {
            action = EntryAction.Keep;
        }
        else
        {
            target = TargetOf(entry);
            action = Decide(entry.Status, isRecorded, target);
        }

        if (action is EntryAction.KeepChanged or EntryAction.CompareChanged or EntryAction.Adopt or EntryAction.Conflict
            && _planner.WasIntended(_path, _plan.Node.NameOf(entry), target!.Value))
        {
            // No job changed it: a killed sync had brought that version, before the source changed once more.
            action = EntryAction.Copy;
        }

        if (action is EntryAction.Keep or EntryAction.Metadata or EntryAction.CompareSource or EntryAction.Match && _planner.IsDistrusted(_path, _plan.Node.NameOf(entry)))
        {
            action = EntryAction.Copy;
        }

        _actions[i] = action;
        IsUnchanged &= isRecorded
            ? !_prior.IsGone && action is EntryAction.Keep or EntryAction.KeepChanged
            : action == EntryAction.Skip;
        if (isRecorded)
        {
            NextPrior();
        }

        Count(i, entry, action, target);
    }

    private readonly EntryAction Decide(in FileStatus source, bool isRecorded, FileStatus? target)
    {
        var action = (_planner.Role, isRecorded) switch
        {
            (TargetRole.Staged, true) => SyncRule.Decide(source, _prior, target),
            (TargetRole.Staged, false) => SyncRule.Decide(source, target, _planner.MayHaveUnrecorded),
            (TargetRole.Mirror, true) => MirrorRule.Decide(source, _prior, target),
            (TargetRole.None, true) => MirrorRule.DecideHash(source, _prior),
            _ => MirrorRule.Decide(source, target),
        };
        return !_planner.Rehashes || action is not (EntryAction.Keep or EntryAction.Metadata or EntryAction.Prove) ? action
            : _planner.Role == TargetRole.Mirror && source.Kind == EntryKind.File ? EntryAction.Match
            : EntryAction.Copy;
    }

    private void Count(int i, in TreeEntry entry, EntryAction action, FileStatus? target)
    {
        switch (action)
        {
            case EntryAction.Skip:
                _planner.Report(new EntryProblem(ProblemKind.Warning, _planner.DisplaySource(_path, _plan.Node.NameOf(entry)), EntryProblem.Special));
                return;
            case EntryAction.Conflict:
                Report(ProblemKind.Conflict, entry, EntryProblem.ChangedOnBothSides);
                break;
            case EntryAction.KeepChanged or EntryAction.CompareChanged:
                ChangedOnTarget++;
                break;
        }

        _plan.Files++;
        if (entry.Status.Kind == EntryKind.File)
        {
            _plan.Bytes += entry.Status.Size;
            if (_planner.Role != TargetRole.None && (entry.Status.Links > 1 || target is { Links: > 1 }))
            {
                HasLinks = true;
                _planner.AddLinked(entry.Status, new LinkGroup.Member(_plan, i, target?.Inode ?? 0, target?.Links ?? 0));
            }
        }
    }

    /// <summary>A recorded file that the source no longer has under this name, or has as a directory.</summary>
    private void AddGone(bool isReplaced)
    {
        if (!isReplaced && (!_planner.Deletes || _planner.Role != TargetRole.Staged))
        {
            IsUnchanged &= _prior.IsGone;
            ManifestEntry.WriteFlagged(_gone ??= new ByteBuffer(), _prior, EntryFlags.Gone, EntryFlags.Unproven);
            return;
        }

        IsUnchanged = false;
        var name = PathText.Terminated(_prior.Name);
        if (TargetOf(name) is not { } found || (isReplaced && found.Kind == EntryKind.Directory))
        {
            // Of a directory in both, as also a sync leaves it that replaced the file and did not finish, the entries are compared.
            return;
        }

        if (_planner.Role == TargetRole.Mirror || SyncRule.IsAsRecorded(found, _prior) || _planner.WasIntended(_path, _prior.Name, found))
        {
            (_plan.Removals ??= []).Add((name, found));
            return;
        }

        _planner.Report(new EntryProblem(
            isReplaced ? ProblemKind.Conflict : ProblemKind.Warning,
            _planner.DisplayTarget(_path, _prior.Name),
            "gone from the source but changed on scratch since the last sync: kept"));
    }

    private void NextPrior()
    {
        _priorOffset = _nextOffset;
        _hasPrior = _nextOffset < _recorded.Length;
        _prior = _hasPrior ? ManifestEntry.Read(_recorded.Written, ref _nextOffset) : default;
    }

    private readonly FileStatus? TargetOf(in TreeEntry entry) =>
        _target < 0 ? null : TargetOf(_plan.Node.TerminatedNameOf(entry));

    private readonly FileStatus? TargetOf(ReadOnlySpan<byte> terminatedName)
    {
        if (_target < 0)
        {
            return null;
        }

        var result = Kernel.StatusOf(_target, terminatedName, out var status);
        if (result == 0)
        {
            return status;
        }

        if (result != -Errno.ENOENT)
        {
            _planner.Report(EntryProblem.OfCall(_planner.DisplayTarget(_path, terminatedName[..^1]), "statx", -result));
        }

        return null;
    }

    private readonly void Report(ProblemKind kind, in TreeEntry entry, string reason) =>
        _planner.Report(new EntryProblem(kind, _planner.DisplayTarget(_path, _plan.Node.NameOf(entry)), reason));
}

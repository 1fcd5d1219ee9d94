using Ferry.Core.Hashing;

namespace Ferry.Core.Copying;

/// <summary>The names within the tree of one file with several names.</summary>
internal sealed class LinkGroup
{
    // What makes a good anchor, the best first.
    private static readonly EntryAction[] s_anchors =
    [
        EntryAction.Keep, EntryAction.Metadata, EntryAction.CompareSource, EntryAction.Match, EntryAction.Prove, EntryAction.Copy, EntryAction.Adopt,
    ];

    private readonly List<Member> _members = [];
    private HashSet<(DirectoryPlan, int)>? _guarded;

    /// <summary>One name: where it is in the plan, and the inode that the target has under it (0 if none) with its number of names.</summary>
    public readonly record struct Member(DirectoryPlan Plan, int Entry, ulong TargetInode, uint TargetLinks)
    {
        public EntryAction Action
        {
            get => Plan.Actions![Entry];
            set => Plan.Actions![Entry] = value;
        }

        public long Size => Plan.Node.Entries[Entry].Status.Size;
    }

    /// <summary>True once the anchor is on the target; then <see cref="Contents"/> is its digest.</summary>
    public bool HasContents { get; private set; }

    public Digest Contents { get; private set; }

    /// <summary>The name that is on the target already or is copied; the others are linked to it.</summary>
    public Member Anchor => _members[0];

    /// <summary>The anchor's name with its terminator; its directory's entries may have been released.</summary>
    public byte[] AnchorName { get; private set; } = [];

    /// <summary>All names, the anchor first.</summary>
    public IReadOnlyList<Member> Members => _members;

    public void Add(Member member) => _members.Add(member);

    /// <summary>
    /// Names under which the target has something newer that no run recorded: linked only if that has the group's contents.
    /// </summary>
    public bool IsGuarded(DirectoryPlan plan, int entry) => _guarded is not null && _guarded.Contains((plan, entry));

    /// <summary>Called when a name of the group that is not a link has arrived: before any link is made. Only the anchor's counts.</summary>
    public void SetContents(DirectoryPlan plan, int entry, in Digest digest)
    {
        if (Anchor.Plan == plan && Anchor.Entry == entry)
        {
            Contents = digest;
            HasContents = true;
        }
    }

    /// <summary>
    /// Chooses the anchor, a good name if the target has one, and turns the others into links unless they are already. A single name is
    /// a group too: only a group knows whether the target's inode may be changed in place.
    /// </summary>
    public void Resolve()
    {
        if (ChooseAnchor() is not { } action)
        {
            return;
        }

        if (IsChangedInPlace(action) && Anchor.TargetLinks > _members.Count(member => member.TargetInode == Anchor.TargetInode))
        {
            // The inode has names that the source has split off, or that a job has made: it is theirs as it is.
            action = Anchor.Plan.Actions![Anchor.Entry] = EntryAction.Copy;
        }

        var isOnTarget = action is EntryAction.Keep || IsChangedInPlace(action);
        foreach (var member in _members.Skip(1))
        {
            var isLinked = isOnTarget && member.TargetInode == Anchor.TargetInode;
            if (member.Action is EntryAction.Adopt)
            {
                (_guarded ??= []).Add((member.Plan, member.Entry));
            }

            // Also a name that is linked already, where the anchor may yet be copied, or where a killed run did not record it: linking it again
            // only records it.
            if (member.Action is EntryAction.Copy or EntryAction.Adopt or EntryAction.Prove or EntryAction.CompareSource or EntryAction.Match
                || (!isLinked && member.Action is EntryAction.Keep or EntryAction.Metadata))
            {
                member.Plan.Actions![member.Entry] = EntryAction.Link;
            }
        }

        if (_members.Count > 1)
        {
            _members.ForEach(member => (member.Plan.LinkGroups ??= []).Add(member.Entry, this));
            DescribeAnchor(action);
        }
    }

    /// <summary>Takes what the links will need: the anchor's directory may need nothing, and is then released.</summary>
    private void DescribeAnchor(EntryAction action)
    {
        var node = Anchor.Plan.Node;
        AnchorName = node.TerminatedNameOf(node.Entries[Anchor.Entry]).ToArray();
        if (action is EntryAction.Keep or EntryAction.Metadata)
        {
            SetContents(Anchor.Plan, Anchor.Entry, Anchor.Plan.PriorEntry(Anchor.Entry).Digest);
        }
    }

    /// <summary>Puts the best name first. Null if none has the source's contents or gets them: then nothing is linked to it either.</summary>
    private EntryAction? ChooseAnchor()
    {
        foreach (var action in s_anchors)
        {
            var best = _members.FindIndex(member => member.Action == action);
            if (best >= 0)
            {
                (_members[0], _members[best]) = (_members[best], _members[0]);
                return action;
            }
        }

        return null;
    }

    private static bool IsChangedInPlace(EntryAction action) => action is EntryAction.Metadata or EntryAction.CompareSource or EntryAction.Match or EntryAction.Prove;
}

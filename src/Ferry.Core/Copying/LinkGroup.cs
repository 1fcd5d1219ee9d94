using Ferry.Core.Hashing;

namespace Ferry.Core.Copying;

/// <summary>The names within the tree of one file with several names.</summary>
internal sealed class LinkGroup
{
    private readonly List<Member> _members = [];

    /// <summary>One name: where it is in the plan, and the inode that the target has under it, 0 if none.</summary>
    public readonly record struct Member(DirectoryPlan Plan, int Entry, ulong TargetInode)
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

    /// <summary>Called when a name of the group that is not a link has arrived: before any link is made.</summary>
    public void SetContents(in Digest digest)
    {
        Contents = digest;
        HasContents = true;
    }

    /// <summary>Chooses the anchor, a good name if the target has one, and turns the others into links unless they are already.</summary>
    public void Resolve()
    {
        var best = _members.FindIndex(static member => member.Action is EntryAction.Keep or EntryAction.Metadata);
        if (best > 0)
        {
            (_members[0], _members[best]) = (_members[best], _members[0]);
        }

        var anchorNode = Anchor.Plan.Node;
        AnchorName = anchorNode.TerminatedNameOf(anchorNode.Entries[Anchor.Entry]).ToArray();
        if (Anchor.Action is EntryAction.Keep or EntryAction.KeepChanged or EntryAction.Metadata)
        {
            // There already: its directory may need nothing and then has no turn of its own.
            SetContents(Anchor.Plan.PriorEntry(Anchor.Entry).Digest);
        }

        foreach (var member in _members)
        {
            (member.Plan.LinkGroups ??= []).Add(member.Entry, this);
        }

        foreach (var member in _members.Skip(1))
        {
            var isLinked = best >= 0 && member.TargetInode == Anchor.TargetInode;
            // A name that a killed run linked and did not record is a link too, not a copy: linking it again only records it.
            if (member.Action is EntryAction.Copy or EntryAction.Prove
                || (!isLinked && member.Action is EntryAction.Keep or EntryAction.Metadata))
            {
                member.Plan.Actions![member.Entry] = EntryAction.Link;
            }
        }
    }
}

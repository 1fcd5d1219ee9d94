using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>What is to be done in one directory. An unchanged directory holds no more than this object.</summary>
internal sealed class DirectoryPlan
{
    public required DirectoryNode Node { get; init; }

    /// <summary>Position in the committed manifest's index, or -1.</summary>
    public required int Prior { get; init; }

    /// <summary>One per entry of the node; null when all are kept and the recorded segments hold as they are.</summary>
    public EntryAction[]? Actions { get; set; }

    /// <summary>The recorded entries that the actions refer to, encoded; empty when nothing was recorded.</summary>
    public byte[] PriorEntries { get; set; } = [];

    /// <summary>Per entry its offset in <see cref="PriorEntries"/>, or -1; null when nothing was recorded.</summary>
    public int[]? PriorOffsets { get; set; }

    /// <summary>By entry, the group of names that it belongs to; null when no entry has another name in the tree.</summary>
    public Dictionary<int, LinkGroup>? LinkGroups { get; set; }

    /// <summary>Recorded entries that the source no longer has and that stay on the target: written back, flagged gone.</summary>
    public byte[] GoneEntries { get; set; } = [];

    /// <summary>Names to remove from the target, each with its terminator, and what they were when the plan was made.</summary>
    public List<(byte[] Name, FileStatus Found)>? Removals { get; set; }

    /// <summary>The committed manifest's segments hold as they are.</summary>
    public bool IsRecorded { get; set; }

    /// <summary>Files and links of the source in this directory, and the files' bytes.</summary>
    public long Files { get; set; }

    public long Bytes { get; set; }

    public bool TargetExists { get; set; }

    /// <summary>Mode, owner, attributes or times of the target's directory are to be set.</summary>
    public bool RefreshDirectory { get; set; }

    /// <summary>Something is to be done here or below.</summary>
    public bool HasWork { get; set; }

    /// <summary>Where the new manifest holds the entries, by their first entry; complete when the copy is.</summary>
    public SegmentLocation[] Segments { get; set; } = [];

    /// <summary>The directory on its way into the new index.</summary>
    public ManifestIndexBuilder.Node? IndexNode { get; set; }

    public bool IsAttached { get; set; }

    /// <summary>Subdirectories in or below which something is to be done.</summary>
    public List<DirectoryPlan> Children { get; } = [];

    public ManifestEntry PriorEntry(int entry)
    {
        var offset = PriorOffsets![entry];
        return ManifestEntry.Read(PriorEntries, ref offset);
    }

    /// <summary>Drops what an unchanged directory does not need.</summary>
    public void Release()
    {
        Actions = null;
        PriorOffsets = null;
        PriorEntries = [];
        Node.Release();
    }

    public LinkGroup? LinkGroupOf(int entry) =>
        LinkGroups is not null && LinkGroups.TryGetValue(entry, out var group) ? group : null;

    public bool HasPriorEntry(int entry) => PriorOffsets is { } offsets && offsets[entry] >= 0;
}

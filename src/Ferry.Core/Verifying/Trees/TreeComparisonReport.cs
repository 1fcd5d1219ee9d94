using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Verifying;

/// <summary>What can differ between an entry and its copy.</summary>
[Flags]
public enum EntryFacts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>One is a file and the other a directory, say; then nothing else is compared.</summary>
    Kind = 1,

    /// <summary>Size of a file.</summary>
    Size = 2,

    /// <summary>Modification time, as far as the target's file system can keep it.</summary>
    Modified = 4,

    /// <summary>Permission bits with setuid, setgid and sticky.</summary>
    Mode = 8,

    /// <summary>Owner; compared by root only.</summary>
    Owner = 16,

    /// <summary>Group; compared by root only.</summary>
    Group = 32,

    /// <summary>What a link says.</summary>
    LinkTarget = 64,

    /// <summary>Names or values of extended attributes and access control lists.</summary>
    Attributes = 128,
}

/// <summary>A name that one side has and the other has not.</summary>
/// <param name="Path">Below the root.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Files">Files, links and devices that it stands for: 1, or all below the directory.</param>
/// <param name="Bytes">Bytes in these files.</param>
public sealed record TreeName(byte[] Path, EntryKind Kind, long Files, long Bytes);

/// <summary>An entry whose copy is not like it.</summary>
/// <param name="Path">Below the root; empty for the root itself.</param>
/// <param name="Facts">What differs.</param>
public sealed record DifferingEntry(byte[] Path, EntryFacts Facts);

/// <summary>What a comparison of two trees found. Contents were not read.</summary>
/// <param name="Missing">What the source has and the target has not; a directory once, with all that is below it.</param>
/// <param name="Extra">What the target has and the source has not, in the same way.</param>
/// <param name="Differing">What both have, but not alike.</param>
/// <param name="Relinked">
/// Files that share an inode with another name on one side only; of each such set all but the first. Their contents are not concerned: worth
/// a warning.
/// </param>
/// <param name="Compared">Names that both sides have.</param>
/// <param name="Problems">What could not be read, and what the target's file system cannot keep.</param>
public sealed record TreeComparisonReport(
    ShownList<TreeName> Missing,
    ShownList<TreeName> Extra,
    ShownList<DifferingEntry> Differing,
    ShownList<byte[]> Relinked,
    long Compared,
    IReadOnlyList<EntryProblem> Problems)
{
    /// <summary>Names of each list that are kept and shown; all are counted.</summary>
    public const int MaxShown = 10_000;

    /// <summary>True when all was read and nothing is missing, extra or different; warnings and links aside.</summary>
    public bool IsSame =>
        Missing.Count == 0 && Extra.Count == 0 && Differing.Count == 0
        && Problems.All(static problem => problem.Kind == ProblemKind.Warning);
}

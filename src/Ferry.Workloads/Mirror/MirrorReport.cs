using Ferry.Core.Copying;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Verifying;
using Ferry.Core.Walking;
using Ferry.Workloads.Mirror.Bags;

namespace Ferry.Workloads.Mirror;

/// <summary>How a mirror ended.</summary>
public enum MirrorOutcome
{
    /// <summary>All that was asked for is done and right.</summary>
    Good,

    /// <summary>The target is not as the manifest says.</summary>
    Differs,

    /// <summary>Something could not be read or written.</summary>
    Failed,
}

/// <summary>What the copy did, or with a dry run would do.</summary>
/// <param name="Files">Files and links copied.</param>
/// <param name="Bytes">Bytes read from the source for that.</param>
/// <param name="Removed">Names removed from the target; with a dry run of rsync those that would be.</param>
/// <param name="Work">What was planned.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record MirrorCopy(long Files, long Bytes, long Removed, PlannedWork Work, TimeSpan Elapsed)
{
    /// <summary>With a dry run that deletes: what would be removed.</summary>
    public ShownList<TreeName>? Removals { get; init; }
}

/// <summary>The manifest that was written.</summary>
/// <param name="Algorithm">How the files were hashed.</param>
/// <param name="Paths">Where to; empty for a stream.</param>
/// <param name="Files">Number of files listed.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Digest">BLAKE3 of its text, in hexadecimal digits: one number for the whole tree.</param>
/// <param name="HashedFiles">Files that were read for it alone.</param>
/// <param name="HashedBytes">Their bytes.</param>
/// <param name="Elapsed">How long the hashing took.</param>
public sealed record MirrorManifest(
    DigestAlgorithm Algorithm, IReadOnlyList<string> Paths, long Files, long Bytes, string Digest, long HashedFiles, long HashedBytes, TimeSpan Elapsed);

/// <summary>A file with other bytes than the manifest says.</summary>
/// <param name="Path">Below the target.</param>
/// <param name="Ranges">Where it differs from the source, as offset and length; empty where that cannot be told.</param>
/// <param name="IsRepaired">It has the right bytes again.</param>
/// <param name="WhyNot">Why it has not, or why the ranges cannot be told; null otherwise.</param>
public sealed record WrongFile(byte[] Path, IReadOnlyList<(long Offset, long Length)> Ranges, bool IsRepaired, string? WhyNot);

/// <summary>What verification found.</summary>
public sealed record MirrorVerification
{
    /// <summary>The manifest it was compared with.</summary>
    public required string Manifest { get; init; }

    /// <summary>The machine whose files were hashed there; null for this one.</summary>
    public string? Host { get; init; }

    /// <summary>Files listed there.</summary>
    public long Listed { get; init; }

    /// <summary>Files that were read and are right.</summary>
    public long Good { get; init; }

    /// <summary>Bytes that were read.</summary>
    public long Bytes { get; init; }

    /// <summary>Files not read: unchanged since they were found good.</summary>
    public long Trusted { get; init; }

    /// <summary>Files not read: outside of the sample.</summary>
    public long Left { get; init; }

    /// <summary>Files with other bytes.</summary>
    public IReadOnlyList<WrongFile> Changed { get; init; } = [];

    /// <summary>Listed and not there; without those that were brought from the source.</summary>
    public IReadOnlyList<byte[]> Missing { get; init; } = [];

    /// <summary>Missing files that were brought from the source.</summary>
    public IReadOnlyList<byte[]> Restored { get; init; } = [];

    /// <summary>There and not listed.</summary>
    public IReadOnlyList<byte[]> Extra { get; init; } = [];

    /// <summary>Sizes of all files in the tree, read or not.</summary>
    public long TreeBytes { get; init; }

    /// <summary>How names and metadata compare with the source's; null if that is not at hand.</summary>
    public TreeComparisonReport? Comparison { get; init; }

    /// <summary>Could not be read.</summary>
    public IReadOnlyList<byte[]> Unread { get; init; } = [];

    /// <summary>What is wrong with the receipt that was to be checked; null if nothing is, or none was.</summary>
    public string? WrongReceipt { get; init; }

    /// <summary>Not one file was right, and nothing said which algorithm the manifest is of.</summary>
    public bool IsOtherAlgorithm { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Set when the tree is the payload of a bag: what is wrong around it.</summary>
    public MirrorBag? Bag { get; init; }

    /// <summary>Whether the tree holds what the manifest lists, as far as it was read; of a bag also that it holds nothing else.</summary>
    public bool IsGood => WrongReceipt is null && (Bag is null || (Bag.IsValid && Extra.Count == 0)) && Missing.Count == 0 && Unread.Count == 0 && Changed.All(static file => file.IsRepaired);

    /// <summary>This, once it was repaired and verified again.</summary>
    internal MirrorVerification After(MirrorVerification repaired)
    {
        var wrong = SetOf([.. repaired.Changed.Select(static file => file.Path), .. repaired.Missing, .. repaired.Unread]);
        var known = SetOf(Changed.Select(static file => file.Path));
        return repaired with
        {
            Changed = [.. Changed.Select(file => file with { IsRepaired = !wrong.Contains(file.Path) }), .. repaired.Changed.Where(file => !known.Contains(file.Path))],
            Restored = [.. Missing.Where(path => !wrong.Contains(path))],
            Elapsed = Elapsed + repaired.Elapsed,
        };

        static PathSet SetOf(IEnumerable<byte[]> paths)
        {
            var set = new PathSet();
            foreach (var path in paths)
            {
                set.Add(path);
            }

            return set;
        }
    }

    /// <summary>Whether it holds nothing else, either.</summary>
    public bool IsExact => Extra.Count == 0 && Comparison is null or { IsSame: true };
}

/// <summary>What a mirror did.</summary>
public sealed record MirrorReport
{
    /// <summary>How it ended.</summary>
    public MirrorOutcome Outcome { get; init; }

    /// <summary>Why nothing more could be done, in one line; null when it could.</summary>
    public string? Error { get; init; }

    /// <summary>Set when something was copied, or with a dry run would be.</summary>
    public MirrorCopy? Copy { get; init; }

    /// <summary>Set when a manifest was written.</summary>
    public MirrorManifest? Manifest { get; init; }

    /// <summary>Set when the target was verified.</summary>
    public MirrorVerification? Verification { get; init; }

    /// <summary>Of single files: what failed, was skipped, vanished.</summary>
    public IReadOnlyList<EntryProblem> Problems { get; init; } = [];

    /// <summary>When it began.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>This with its problems, and the outcome that follows from all.</summary>
    internal MirrorReport EndedWith(IReadOnlyList<EntryProblem> problems, MirrorOptions options) => this with
    {
        // What is in the way of one step is in the way of the next.
        Problems = [.. problems.Distinct()],
        Outcome = Error is not null || problems.Any(static problem => problem.Kind == ProblemKind.Failure) ? MirrorOutcome.Failed
            : Verification is { } found && (!found.IsGood || (options.IsStrict && !found.IsExact)) ? MirrorOutcome.Differs
            : MirrorOutcome.Good,
    };
}

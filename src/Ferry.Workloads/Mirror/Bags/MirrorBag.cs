using Ferry.Core.Manifests.Bags;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Mirror.Bags;

/// <summary>What is wrong with the files of a bag around its payload.</summary>
/// <param name="Problems">One line each; failures make it invalid, warnings do not.</param>
public sealed record MirrorBag(IReadOnlyList<EntryProblem> Problems)
{
    /// <summary>Whether they are as they should be.</summary>
    public bool IsValid => !Problems.Any(static problem => problem.Kind != ProblemKind.Warning);

    /// <summary>Adds to what the payload is found to be what is wrong around it.</summary>
    /// <param name="contents">What the bag says.</param>
    /// <param name="directory">The bag, for messages.</param>
    /// <param name="found">What its payload is.</param>
    internal static MirrorVerification Add(BagContents contents, string directory, MirrorVerification found)
    {
        // Where a file is missing or changed the sum of their sizes is wrong too, and nothing new.
        var isAsListed = found.Missing.Count + found.Extra.Count + found.Changed.Count + found.Unread.Count == 0;
        return found with
        {
            Bag = new MirrorBag(isAsListed && contents.Oxum is { } told && told.Bytes != found.TreeBytes
                ? [.. contents.Problems, new EntryProblem(ProblemKind.Failure, $"{directory}/bag-info.txt", $"tells of {told.Bytes} payload bytes, and there are {found.TreeBytes}")]
                : contents.Problems),
        };
    }
}

using Ferry.Core.Hashing;
using Ferry.Core.Manifests.Sums;
using Ferry.Core.Walking;

namespace Ferry.Core.Manifests.Bags;

/// <summary>What the tag files of a bag say, and what is wrong with them. Whether the payload is as they say is not looked at.</summary>
public sealed class BagContents
{
    /// <summary>The payload's digests, by paths below <c>data/</c>, without it; null when no manifest can be used.</summary>
    public SumFile? Payload { get; internal set; }

    /// <summary>What the digests of <see cref="Payload"/> are.</summary>
    public DigestAlgorithm Algorithm { get; internal set; }

    /// <summary>Bytes and files of the payload where <c>bag-info.txt</c> tells them. The files are as many as <see cref="Payload"/> has, or there is a problem.</summary>
    public PayloadOxum? Oxum { get; internal set; }

    /// <summary>One line each. Failures make the bag invalid, warnings do not.</summary>
    public IReadOnlyList<EntryProblem> Problems => Found;

    /// <summary>Whether the tag files are as they should be.</summary>
    public bool IsValid => Payload is not null && !Found.Exists(static problem => problem.Kind != ProblemKind.Warning);

    internal List<EntryProblem> Found { get; } = [];
}

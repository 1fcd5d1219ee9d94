using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Inventory;

/// <summary>A revision that a bucket has. Of its manifest only the sums are kept, however many files it names.</summary>
public sealed record RemoteRevision
{
    /// <summary>The repository.</summary>
    public required RepoId Repo { get; init; }

    /// <summary>The commit.</summary>
    public required Revision Commit { get; init; }

    /// <summary>The bucket's refs that lead to it.</summary>
    public required IReadOnlyList<RefName> Refs { get; init; }

    /// <summary>Files of the manifest.</summary>
    public required int Files { get; init; }

    /// <summary>Files whose contents the bucket does not have, or with another size.</summary>
    public required int MissingFiles { get; init; }

    /// <summary>Bytes of its contents, each counted once.</summary>
    public required long Bytes { get; init; }

    /// <summary>Whether its writer knew these to be all files of the commit.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>Who may have it, as its writer knew.</summary>
    public required RepoVisibility Visibility { get; init; }

    /// <summary>How it compares with the cache; null if nothing was compared, or the cache does not have it.</summary>
    public RevisionComparison? Comparison { get; init; }
}

/// <summary>A revision that cache and bucket have, file by file.</summary>
/// <param name="Here">Files that the cache has.</param>
/// <param name="There">Files that the bucket has, with their contents.</param>
/// <param name="Both">Files that both have, with contents of one name and size.</param>
/// <param name="All">Files that either has, each path once.</param>
public sealed record RevisionComparison(int Here, int There, int Both, int All);

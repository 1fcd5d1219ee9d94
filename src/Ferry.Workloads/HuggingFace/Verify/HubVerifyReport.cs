using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Verify;

/// <summary>A content that is not what its name says.</summary>
/// <param name="Blob">The content.</param>
/// <param name="Reason">Half a sentence.</param>
/// <param name="Files">Files of snapshots that have it, as <c>commit/path</c>.</param>
public sealed record WrongBlob(CachedBlob Blob, string Reason, IReadOnlyList<string> Files);

/// <summary>What was found of one repository.</summary>
public sealed record VerifiedRepo
{
    /// <summary>The repository.</summary>
    public required RepoId Id { get; init; }

    /// <summary>Contents that were read, whole or not.</summary>
    public required int Blobs { get; init; }

    /// <summary>Their bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Contents without a name, as where a file system has no links: nothing tells what they should be.</summary>
    public required int Unnamed { get; init; }

    /// <summary>Contents that are not what their names say: <c>ferry hf pull --repair</c> downloads them again.</summary>
    public required IReadOnlyList<WrongBlob> Wrong { get; init; }

    /// <summary>Links that lead nowhere, refs without a snapshot, and what else clients stumble over.</summary>
    public required IReadOnlyList<CacheProblem> Problems { get; init; }

    /// <summary>Commits of which the hub's listing is there, and not each file of it: clients ask the hub for the rest.</summary>
    public required IReadOnlyList<Revision> Partial { get; init; }

    /// <summary>Parts of downloads, in progress or given up.</summary>
    public required IReadOnlyList<IncompleteDownload> Incomplete { get; init; }

    /// <summary>Whether nothing is wrong; parts and partial snapshots are not.</summary>
    public bool IsGood => Wrong.Count == 0 && Problems.Count == 0;
}

/// <summary>What was found in a cache.</summary>
/// <param name="Repos">Its repositories, or those that were asked for.</param>
/// <param name="Problems">What is wrong outside of them.</param>
public sealed record HubVerifyReport(IReadOnlyList<VerifiedRepo> Repos, IReadOnlyList<CacheProblem> Problems)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsGood => Problems.Count == 0 && Repos.All(static repo => repo.IsGood);
}

using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pull.Sources;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Pull;

/// <summary>What of a revision could not be had.</summary>
/// <param name="Path">A path in the repository.</param>
/// <param name="Reason">What is wrong: one line.</param>
public sealed record PullProblem(string Path, string Reason)
{
    /// <summary>One line.</summary>
    public override string ToString() => $"{Path}: {Reason}";
}

/// <summary>What is to be done for a revision.</summary>
public sealed record PullPlan
{
    /// <summary>The revision, and where it is from.</summary>
    public required FoundRevision Found { get; init; }

    /// <summary>A file for each content that the cache does not have, the small ones first.</summary>
    public required IReadOnlyList<ManifestFile> Missing { get; init; }

    /// <summary>Bytes of those.</summary>
    public required long MissingBytes { get; init; }

    /// <summary>Bytes of parts of those, that an earlier download has left.</summary>
    public required long LeftBytes { get; init; }

    /// <summary>Those that the cache has, with other bytes than their names say.</summary>
    public required IReadOnlySet<BlobName> Wrong { get; init; }

    /// <summary>Contents that the cache has.</summary>
    public required int Present { get; init; }
}

/// <summary>What a pull did.</summary>
public sealed record HubPullReport
{
    /// <summary>What it was to do.</summary>
    public required PullPlan Plan { get; init; }

    /// <summary>Contents that were downloaded.</summary>
    public int Downloaded { get; init; }

    /// <summary>Bytes that were downloaded.</summary>
    public long DownloadedBytes { get; init; }

    /// <summary>Bytes that an earlier pull had left, and that were right.</summary>
    public long ResumedBytes { get; init; }

    /// <summary>Contents that another repository of the cache had.</summary>
    public int Shared { get; init; }

    /// <summary>Files that the snapshot now has.</summary>
    public int Files { get; init; }

    /// <summary>What could not be had.</summary>
    public IReadOnlyList<PullProblem> Problems { get; init; } = [];

    /// <summary>The repository.</summary>
    public RepoId Repo => Plan.Found.Manifest.Repo;

    /// <summary>The commit.</summary>
    public Revision Commit => Plan.Found.Manifest.Revision;

    /// <summary>Whether all that the manifest names is in the cache, and a ref that was asked for leads to it; of a dry run, whether it could be.</summary>
    public bool IsWhole => Problems.Count == 0 && Plan.Found.RefusedCount == 0;
}

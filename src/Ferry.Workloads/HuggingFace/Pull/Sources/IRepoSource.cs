using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pull.Contents;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Pull.Sources;

/// <summary>Where revisions can be had from: a team's bucket, the hub. Thread-safe.</summary>
public interface IRepoSource
{
    /// <summary>Finds out what a revision consists of.</summary>
    /// <exception cref="StoreException">
    /// <see cref="StoreError.NotFound"/>: it has no such revision, and the message says what it has instead; <see cref="StoreError.Invalid"/>: what it says of it is not believed; and others.
    /// </exception>
    Task<FoundRevision> FindAsync(PullRequest request, CancellationToken cancellation);
}

/// <summary>A revision that a source has.</summary>
public sealed record FoundRevision
{
    /// <summary>What it consists of; without the files that are not believed.</summary>
    public required RepoManifest Manifest { get; init; }

    /// <summary>The ref that was asked for; null for a commit.</summary>
    public RefName? Ref { get; init; }

    /// <summary>Files that are not believed; with any, the revision is not whole.</summary>
    public IReadOnlyList<RefusedEntry> Refused { get; init; } = [];

    /// <summary>How many those are in all.</summary>
    public int RefusedCount { get; init; }

    /// <summary>Where the manifest is, for messages.</summary>
    public required string Place { get; init; }

    /// <summary>Where its contents are read.</summary>
    public required IBlobSource Blobs { get; init; }
}

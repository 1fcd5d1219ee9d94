using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Push;

/// <summary>A repository that was not pushed.</summary>
/// <param name="Repo">Which.</param>
/// <param name="Reason">Why: half a sentence with what to do.</param>
public sealed record SkippedRepo(RepoId Repo, string Reason);

/// <summary>Something that failed, or is to be looked at.</summary>
/// <param name="Subject">A repository, with its revision or ref; or a path of the cache, fit for display.</param>
/// <param name="Reason">Half a sentence.</param>
public sealed record PushProblem(string Subject, string Reason)
{
    /// <summary>One line.</summary>
    public override string ToString() => $"{Subject}: {Reason}";
}

/// <summary>What a push did; a dry run: what one would do.</summary>
public sealed record HubPushReport
{
    /// <summary>Whether nothing was done.</summary>
    public required bool IsDryRun { get; init; }

    /// <summary>Repositories that were allowed to go.</summary>
    public required int Repos { get; init; }

    /// <summary>Contents that were sent, without those that replaced wrong ones.</summary>
    public required int UploadedBlobs { get; init; }

    /// <summary>Their bytes.</summary>
    public required long UploadedBytes { get; init; }

    /// <summary>Contents that the bucket had.</summary>
    public required int PresentBlobs { get; init; }

    /// <summary>Their bytes.</summary>
    public required long PresentBytes { get; init; }

    /// <summary>Wrong contents of the bucket that were replaced.</summary>
    public required int RepairedBlobs { get; init; }

    /// <summary>Contents of the bucket that were read, and found right.</summary>
    public required int VerifiedBlobs { get; init; }

    /// <summary>Texts that stand for a content and were left out.</summary>
    public required int SkippedPointers { get; init; }

    /// <summary>Manifests that were written.</summary>
    public required int Manifests { get; init; }

    /// <summary>Refs that were written.</summary>
    public required int Refs { get; init; }

    /// <summary>Repositories that the gate did not let through.</summary>
    public required IReadOnlyList<SkippedRepo> Skipped { get; init; }

    /// <summary>What is to be looked at.</summary>
    public required IReadOnlyList<PushProblem> Warnings { get; init; }

    /// <summary>What is not in the bucket as it should be.</summary>
    public required IReadOnlyList<PushProblem> Failures { get; init; }

    /// <summary>Why it was given up before all was tried; null if it was not.</summary>
    public required StoreException? Ended { get; init; }

    /// <summary>Whether all that was to go is in the bucket.</summary>
    public bool IsGood => Failures.Count == 0 && Ended is null;
}

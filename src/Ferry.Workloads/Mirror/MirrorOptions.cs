using Ferry.Core.Hashing;
using Ferry.Core.Manifests.Bags;
using Ferry.Core.Verifying;

namespace Ferry.Workloads.Mirror;

/// <summary>Which part of the work is done.</summary>
public enum MirrorStep
{
    /// <summary>Copy and hash in one pass, write the manifest, verify the target.</summary>
    All,

    /// <summary>Hash the source and write the manifest.</summary>
    MakeManifest,

    /// <summary>Copy only.</summary>
    Copy,

    /// <summary>Re-read the target and compare it with a manifest.</summary>
    Verify,
}

/// <summary>What copies.</summary>
public enum MirrorEngine
{
    /// <summary>Ferry itself; rsync where an end is on another machine.</summary>
    Native,

    /// <summary>The system's rsync.</summary>
    Rsync,
}

/// <summary>What a mirror is asked to do.</summary>
public sealed record MirrorOptions
{
    /// <summary>The tree to mirror.</summary>
    public required string Source { get; init; }

    /// <summary>Where it is mirrored to; null only for <see cref="MirrorStep.MakeManifest"/>, and for verifying the source itself.</summary>
    public string? Target { get; init; }

    /// <summary>What is done. Default: all.</summary>
    public MirrorStep Step { get; init; }

    /// <summary>What copies. Default: native.</summary>
    public MirrorEngine Engine { get; init; }

    /// <summary>How contents are hashed; null (default) for BLAKE3, and for what the manifest is when one is verified.</summary>
    public DigestAlgorithm? Algorithm { get; init; }

    /// <summary>Files in flight; null (default) to find out.</summary>
    public int? Jobs { get; init; }

    /// <summary>Threads that hash one file at a time; 0 (default) for as many as help.</summary>
    public int ThreadsPerFile { get; init; }

    /// <summary>Hash with <c>b3sum</c>, where nothing is copied at the same time and it is installed.</summary>
    public bool PrefersB3sum { get; init; }

    /// <summary>The manifest's path, or <c>-</c> for a stream; null (default) for <c>BLAKE3SUMS</c> or <c>SHA256SUMS</c> in the trees.</summary>
    public string? Manifest { get; init; }

    /// <summary>The target is a BagIt bag with the copy in its <c>data/</c>.</summary>
    public bool IsBag { get; init; }

    /// <summary>Say what would be copied, and write nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Take part: macOS' <c>.DS_Store</c> and <c>._*</c>.</summary>
    public bool IncludeAll { get; init; }

    /// <summary>Names that take no part, in gitignore syntax; later ones win, <c>!</c> brings back.</summary>
    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>Remove from the target what the source does not have.</summary>
    public bool Delete { get; init; }

    /// <summary>Make right again what verification finds wrong or missing.</summary>
    public bool Repair { get; init; }

    /// <summary>Verify only what was not found good since it last changed.</summary>
    public bool OnlyNew { get; init; }

    /// <summary>Which files are verified. Default: all.</summary>
    public ContentScope Sample { get; init; } = ContentScope.All;

    /// <summary>Take names that the manifest does not list, and other metadata than the source's, for a mismatch.</summary>
    public bool IsStrict { get; init; }

    /// <summary>Write a receipt to this file; null (default) for none.</summary>
    public string? Receipt { get; init; }

    /// <summary>When verifying, compare with this receipt too; null (default) for none.</summary>
    public string? CheckedReceipt { get; init; }

    /// <summary>Hash also what is unchanged since its digest was recorded.</summary>
    public bool Rehash { get; init; }

    /// <summary>Most bytes per second; 0 (default) for no limit.</summary>
    public long BandwidthBytesPerSecond { get; init; }

    /// <summary>Give way to everybody else who uses the disks.</summary>
    public bool IsIdle { get; init; }

    /// <summary>After more failures than this a step stops; null (default) for never.</summary>
    public int? MaxErrors { get; init; }

    /// <summary>With <see cref="IsBag"/>: the bag's directory.</summary>
    internal string Bag => Target ?? Source;

    /// <summary>The directory that is read, or verified where there is no target.</summary>
    internal string SourceTree => IsBag && Target is null ? Path.Join(Source, BagWriter.PayloadDirectory) : Source;

    /// <summary>The directory that is written or verified.</summary>
    internal string? TargetTree => IsBag && Target is not null ? Path.Join(Target, BagWriter.PayloadDirectory) : Target;
}

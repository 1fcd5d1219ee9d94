using Ferry.Core.Concurrency;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>How a tree is brought to its target.</summary>
public sealed record CopyOptions
{
    /// <summary>Names of the source that take no part. Default: none.</summary>
    public IgnorePatterns? Excludes { get; init; }

    /// <summary>What the target is. Default: staged.</summary>
    public TargetRole Role { get; init; }

    /// <summary>Hash also what is as it was recorded. In mirrors and where files are only hashed. Default: false.</summary>
    public bool Rehashes { get; init; }

    /// <summary>Drop what the page cache holds of a file before it is hashed, so that the storage answers. Only where files are only hashed.</summary>
    public bool PastPageCache { get; init; }

    /// <summary>Hash the files of a tree with a program where it can, BLAKE3 only; null (default) for never. Only where files are only hashed.</summary>
    public IExternalHasher? External { get; init; }

    /// <summary>The ranges of a large file follow each other, so that each file has one worker at a time. Default: false.</summary>
    public bool OneWorkerPerFile { get; init; }

    /// <summary>
    /// Commit the records of what arrived although some entries failed: the rest of a failing disk is worth having. The report is not complete
    /// then. Default: false, as a staged tree is whole or not ready.
    /// </summary>
    public bool CommitsWhatArrived { get; init; }

    /// <summary>After more failures than this the copy stops, from 0. Default: never.</summary>
    public int? MaxFailures { get; init; }

    /// <summary>Remove from the target what was staged earlier and the source no longer has. Default: false.</summary>
    public bool Delete { get; init; }

    /// <summary>Modification time given to copied files and links; null (default) for the source's own.</summary>
    public Timestamp? FileTimes { get; init; }

    /// <summary>Staged files not to be trusted whatever their status says: they are copied again. Default: none.</summary>
    public PathSet? Distrusted { get; init; }

    /// <summary>
    /// Ask for the status of every staged file, not only of directories and of files in directories that changed. Finds files
    /// that were written to in place. Default: false.
    /// </summary>
    public bool ChecksEveryFile { get; init; }

    /// <summary>How contents are hashed; all records of a target are of one kind. Default: BLAKE3.</summary>
    public DigestAlgorithm Algorithm { get; init; }

    /// <summary>
    /// Copy files in the order of their inode numbers, which on disks that turn is close to that of their places. For a limiter that is fixed to
    /// one stream. Default: false.
    /// </summary>
    public bool InInodeOrder { get; init; }

    /// <summary>How many requests may be under way against source and target together.</summary>
    public required AdaptiveLimiter Limiter { get; init; }

    /// <summary>Bytes per second; null (default) for no limit.</summary>
    public BandwidthLimit? Bandwidth { get; init; }

    /// <summary>
    /// Files modified within this span before the walk are recorded as racy: a later write could have left them the same time. Depends
    /// on the grain of the source's times. Default: 2 s.
    /// </summary>
    public TimeSpan RacyWindow { get; init; } = TimeSpan.FromSeconds(2);
}

using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;

namespace Ferry.Workloads.Mirror;

/// <summary>How the trees of one mirror are read where nothing is copied at the same time, and what all its steps share of the machine.</summary>
internal sealed class TreeReading(MirrorOptions options, MirrorSession session, MirrorPlaces? places)
{
    private bool _looked;
    private B3Sum? _external;

    /// <summary>How many requests may be under way.</summary>
    public TransferLimiters Limiters { get; } = new(options.Jobs, session.Time);

    /// <summary>How many bytes per second; null for no limit.</summary>
    public BandwidthLimit? Bandwidth { get; } =
        options.BandwidthBytesPerSecond > 0 ? new BandwidthLimit(options.BandwidthBytesPerSecond, session.Time) : null;

    /// <summary>Whether each file has one worker at a time.</summary>
    public bool OneWorkerPerFile => options.ThreadsPerFile == 1;

    /// <summary>The options for a tree, all of whose files are hashed unless they are as they were recorded.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="algorithm">How it is hashed.</param>
    /// <param name="manifest">Its manifest, which takes no part; null for the usual one.</param>
    public CopyOptions Of(TreeRoot root, DigestAlgorithm algorithm, string? manifest) => new()
    {
        Algorithm = algorithm,
        Limiter = Limiters.For(root, null),
        Excludes = options.IsBag ? null : MirrorPatterns.For(options, algorithm, places, manifest),
        InInodeOrder = MirrorPace.Of(options.Jobs, root, null).InInodeOrder,
        External = algorithm == DigestAlgorithm.Blake3 && options.PrefersB3sum ? FindExternal() : null,
        OneWorkerPerFile = OneWorkerPerFile,
        Rehashes = options.Rehash,
        MaxFailures = options.MaxErrors,
        Bandwidth = Bandwidth,
        RacyWindow = TransferLimiters.RacyWindow(root),
    };

    /// <summary>The options for a tree whose files are to be proven: read from storage, and not from what memory has kept of writing them.</summary>
    /// <inheritdoc cref="Of"/>
    public CopyOptions ForProof(TreeRoot root, DigestAlgorithm algorithm, string? manifest) => Of(root, algorithm, manifest) with
    {
        Limiter = Limiters.ForColdReads(root),
        PastPageCache = TransferLimiters.ProfileOf(root).FileSystem.Class != StorageClass.Memory,
        Rehashes = !options.OnlyNew,
    };

    private B3Sum? FindExternal()
    {
        if (!_looked)
        {
            _looked = true;
            var found = new B3Sum(session.Processes, options.ThreadsPerFile);
            _external = found.IsInstalled(session.Cancellation) ? found : null;
            if (_external is null)
            {
                session.Observer.Note("b3sum", "is not installed; ferry hashes itself");
            }
        }

        return _external;
    }
}

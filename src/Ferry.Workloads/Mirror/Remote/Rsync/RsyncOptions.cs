using Ferry.Core.Walking;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>What rsync is to copy, and how.</summary>
public sealed record RsyncOptions
{
    /// <summary>What is in this directory is copied.</summary>
    public required MirrorEnd Source { get; init; }

    /// <summary>Into this one; its parent exists.</summary>
    public required MirrorEnd Destination { get; init; }

    /// <summary>How another machine is reached.</summary>
    public required RemoteShell Shell { get; init; }

    /// <summary>What takes no part; at the destination it is left alone. Default: none.</summary>
    public IgnorePatterns Excludes { get; init; } = IgnorePatterns.Empty;

    /// <summary>Read all files on both sides, and transfer what differs though size and time are the same. Default: false.</summary>
    public bool ComparesContents { get; init; }

    /// <summary>Remove from the destination what the source does not have. Default: false.</summary>
    public bool Delete { get; init; }

    /// <summary>Only tell what would be done. Default: false.</summary>
    public bool DryRun { get; init; }

    /// <summary>Bytes per second; 0 (default) for no limit.</summary>
    public long BandwidthLimit { get; init; }
}

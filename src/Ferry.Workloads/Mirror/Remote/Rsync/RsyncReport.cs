using Ferry.Core.Walking;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>What rsync did, or would do.</summary>
public sealed record RsyncReport
{
    /// <summary>Files and links that were transferred.</summary>
    public required long Files { get; init; }

    /// <summary>Sum of their sizes in bytes; less may have been sent.</summary>
    public required long Bytes { get; init; }

    /// <summary>Names that were removed from the destination.</summary>
    public required long Deleted { get; init; }

    /// <summary>Entries of which only mode, owner, times or attributes were set.</summary>
    public required long Updated { get; init; }

    /// <summary>What went wrong with single files, in rsync's own words.</summary>
    public required IReadOnlyList<EntryProblem> Problems { get; init; }

    /// <summary>Further problems, which were only counted.</summary>
    public required long ProblemsLeftOut { get; init; }

    /// <summary>Whether all that was to arrive has arrived.</summary>
    public required bool IsComplete { get; init; }
}

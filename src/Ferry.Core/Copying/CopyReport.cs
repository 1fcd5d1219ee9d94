using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Core.Copying;

/// <summary>What a sync did.</summary>
public sealed record CopyReport
{
    /// <summary>Files and links that were copied.</summary>
    public long Files { get; init; }

    /// <summary>Bytes of the copied files, less what of them a run that was ended had brought already.</summary>
    public long Bytes { get; init; }

    /// <summary>Names removed from the target.</summary>
    public long Removed { get; init; }

    /// <summary>What the target holds of the source now.</summary>
    public TreeTotals Totals { get; init; }

    /// <summary>Everything that went wrong or is worth a line, the walk's and the copy's.</summary>
    public IReadOnlyList<EntryProblem> Problems { get; init; } = [];

    /// <summary>The target was full: the copy was stopped early; what had arrived stays.</summary>
    public bool RanOutOfSpace { get; init; }

    /// <summary>It was stopped at <see cref="CopyOptions.MaxFailures"/>.</summary>
    public bool HadTooManyFailures { get; init; }

    /// <summary>True when everything that was to arrive is there.</summary>
    public bool IsComplete => !RanOutOfSpace && !Problems.Any(static problem => problem.Kind != ProblemKind.Warning);
}

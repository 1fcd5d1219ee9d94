using Ferry.Core.Walking;

namespace Ferry.Core.Pushing;

/// <summary>What a push did.</summary>
public sealed record PushReport
{
    /// <summary>Files and links that were brought to the source.</summary>
    public long Files { get; init; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Entries that turned out to have the same contents on both sides.</summary>
    public long Equal { get; init; }

    /// <summary>Conflicts that were resolved as the policy says.</summary>
    public long Resolved { get; init; }

    /// <summary>Everything that went wrong or is worth a line, the walk's and the push's.</summary>
    public IReadOnlyList<EntryProblem> Problems { get; init; } = [];

    /// <summary>What did not get its turn, or failed, or is in conflict: still on scratch only. In the order in which it was to be pushed.</summary>
    public IReadOnlyList<PushEntry> Remaining { get; init; } = [];

    /// <summary>The source was full: the push was stopped early; what had arrived stays.</summary>
    public bool RanOutOfSpace { get; init; }

    /// <summary>The caller ended it early.</summary>
    public bool WasStopped { get; init; }

    /// <summary>True when scratch has nothing any more that the source lacks.</summary>
    public bool IsComplete => !RanOutOfSpace && !WasStopped && !Problems.Any(static problem => problem.Kind != ProblemKind.Warning);
}

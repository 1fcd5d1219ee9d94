using Ferry.Core.Manifests;
using Ferry.Core.Walking;

namespace Ferry.Core.Hashing.Trees;

/// <summary>What hashing a tree showed.</summary>
/// <param name="Files">Files that were read.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Totals">What the tree holds.</param>
/// <param name="Problems">What could not be read, was skipped, or vanished meanwhile.</param>
/// <param name="HadTooManyFailures">It was stopped early.</param>
public sealed record HashReport(long Files, long Bytes, TreeTotals Totals, IReadOnlyList<EntryProblem> Problems, bool HadTooManyFailures)
{
    /// <summary>True when every file has its digest.</summary>
    public bool IsComplete => !HadTooManyFailures && !Problems.Any(static problem => problem.Kind == ProblemKind.Failure);
}

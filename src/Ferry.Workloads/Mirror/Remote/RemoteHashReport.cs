using Ferry.Core.Walking;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>What hashing on another machine showed.</summary>
/// <param name="Files">Files that have a digest.</param>
/// <param name="Problems">Files and directories there that could not be read; what the tools there said.</param>
public sealed record RemoteHashReport(long Files, IReadOnlyList<EntryProblem> Problems)
{
    /// <summary>Whether every file there has its digest.</summary>
    public bool IsComplete => Problems.All(static problem => problem.Kind != ProblemKind.Failure);
}

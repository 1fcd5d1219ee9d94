using Ferry.Core.Pushing;

namespace Ferry.Workloads.Caches.Push;

/// <summary>What the user asked of a push.</summary>
public sealed record CachePushOptions
{
    /// <summary>Make the plan, change nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>What is done with files that were changed on both sides.</summary>
    public ConflictPolicy Conflicts { get; init; }

    /// <summary>
    /// Small and newest files first, and no more than the files: the command's token is a deadline, and when it is cancelled what is left
    /// is in the report instead of an exception.
    /// </summary>
    public bool Urgent { get; init; }
}

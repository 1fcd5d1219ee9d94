namespace Ferry.Workloads.HuggingFace.Pull;

/// <summary>Is told how a pull goes, on any thread, one call at a time.</summary>
public interface IPullObserver
{
    /// <summary>The revision is found, and what is to be downloaded is known.</summary>
    void OnPlanned(PullPlan plan);

    /// <summary>Something cannot be had; the pull goes on with the rest, and will have failed.</summary>
    void OnProblem(PullProblem problem);

    /// <summary>A source could not give what was asked of it; the next is tried.</summary>
    /// <param name="reason">The first source's own words.</param>
    void OnFallback(string reason);
}

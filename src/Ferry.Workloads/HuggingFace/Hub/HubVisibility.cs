using Ferry.Workloads.HuggingFace.Gating;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Hub;

/// <summary>Asks the hub who may have a repository. A refusal is no answer: the hub gives the same one for what is private and for what is not there.</summary>
/// <param name="client">The hub.</param>
public sealed class HubVisibility(HubClient client) : IVisibilitySource
{
    // The default branch, whatever its name.
    private const string Branch = "HEAD";

    // A machine without a way out would wait for each repository anew.
    private volatile bool _isOutOfReach;

    /// <inheritdoc/>
    public async Task<RepoVisibility> FindAsync(RepoId repo, CancellationToken cancellation)
    {
        if (_isOutOfReach)
        {
            return RepoVisibility.Unknown;
        }

        try
        {
            return (await client.ResolveAsync(repo, Branch, cancellation).ConfigureAwait(false)).Visibility;
        }
        catch (HubException e)
        {
            _isOutOfReach |= e.Error == HubError.Transient;
            return e.Error == HubError.Gated ? RepoVisibility.Gated : RepoVisibility.Unknown;
        }
    }
}

using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Gating;

/// <summary>Who knows whether everybody may have a repository: the hub.</summary>
public interface IVisibilitySource
{
    /// <summary>Asks about a repository.</summary>
    /// <returns><see cref="RepoVisibility.Unknown"/> where there was no clear answer; never for an answer that the hub gave.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Task<RepoVisibility> FindAsync(RepoId repo, CancellationToken cancellation);
}

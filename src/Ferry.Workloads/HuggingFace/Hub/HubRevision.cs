using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Hub;

/// <summary>What a branch, a tag or a commit is at the hub.</summary>
/// <param name="Repo">The repository, as it was asked for.</param>
/// <param name="Commit">The commit.</param>
/// <param name="Visibility">Who may have it; <see cref="RepoVisibility.Unknown"/> where the hub did not say all that it takes to know.</param>
public sealed record HubRevision(RepoId Repo, Revision Commit, RepoVisibility Visibility);

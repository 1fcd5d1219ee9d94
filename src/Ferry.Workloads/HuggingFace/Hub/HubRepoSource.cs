using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pull;
using Ferry.Workloads.HuggingFace.Pull.Sources;

namespace Ferry.Workloads.HuggingFace.Hub;

/// <summary>The hub itself as a source of revisions, for what a bucket does not have.</summary>
/// <param name="client">The hub.</param>
public sealed class HubRepoSource(HubClient client) : IRepoSource
{
    /// <inheritdoc/>
    public async Task<FoundRevision> FindAsync(PullRequest request, CancellationToken cancellation)
    {
        HubException? first = null;
        foreach (var repo in request.Candidates)
        {
            try
            {
                return await FindAsync(repo, request.Revision, cancellation).ConfigureAwait(false);
            }
            catch (HubException e) when (e.Error is HubError.RepoNotFound or HubError.Denied)
            {
                // Without a token the hub denies what does not exist, too: it may be of another type.
                first ??= e;
            }
            catch (HubException e)
            {
                throw ToStoreException(e);
            }
        }

        throw ToStoreException(first!);
    }

    /// <summary>The failure in the words of stores.</summary>
    internal static StoreException ToStoreException(HubException e)
    {
        var error = e.Error switch
        {
            HubError.RepoNotFound or HubError.RevisionNotFound or HubError.EntryNotFound => StoreError.NotFound,
            HubError.Gated or HubError.Denied => StoreError.Denied,
            HubError.Throttled => StoreError.Throttled,
            HubError.Transient => StoreError.Transient,
            _ => StoreError.Invalid,
        };
        return new StoreException(error, e.Message, e) { RetryAfter = e.RetryAfter };
    }

    private async Task<FoundRevision> FindAsync(RepoId repo, string text, CancellationToken cancellation)
    {
        var revision = await client.ResolveAsync(repo, text, cancellation).ConfigureAwait(false);
        var listing = await client.ListAsync(revision, cancellation).ConfigureAwait(false);
        return new FoundRevision
        {
            Manifest = listing.Manifest!,
            Ref = RefName.TryParse(text, out var name, out _) && !revision.Commit.Hex.StartsWith(text, StringComparison.Ordinal) ? name : null,
            Refused = listing.Refused,
            RefusedCount = listing.RefusedCount,
            Place = $"{client.Name}: {repo}@{revision.Commit}",
            Blobs = new HubBlobSource(client, repo, revision.Commit),
        };
    }
}

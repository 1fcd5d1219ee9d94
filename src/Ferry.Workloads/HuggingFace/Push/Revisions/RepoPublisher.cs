using System.Collections.Concurrent;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Push.Revisions;

/// <summary>Writes the manifests and then the refs of a repository whose contents are settled. Thread-safe.</summary>
internal sealed class RepoPublisher(RevisionPublisher manifests, RefPublisher refs, PushTally tally) : IDisposable
{
    // Manifests can be large, and each is in memory while it is merged.
    private const int AtATime = 16;

    private readonly SemaphoreSlim _slots = new(AtATime, AtATime);

    /// <summary>Publishes a repository. What fails is noted, and the rest goes on.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, or given up.</exception>
    public async Task PublishAsync(RepoPush repo, CancellationToken cancellation)
    {
        var published = new ConcurrentDictionary<Revision, PublishedRevision>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellation };
        await Parallel.ForEachAsync(repo.Revisions, parallel, (revision, token) => TryAsync($"{repo.Id}@{revision.Cached.Commit}", async () =>
        {
            if (await manifests.PublishAsync(repo, revision, token).ConfigureAwait(false) is { } done)
            {
                published[revision.Cached.Commit] = done;
            }
        }, token)).ConfigureAwait(false);

        var ready = repo.Repo.Refs.Where(local => published.TryGetValue(local.Commit, out var revision) && revision.HasAll);
        await Parallel.ForEachAsync(ready, parallel, (local, token) => TryAsync($"ref {local.Name} of {repo.Id}", () => refs.PublishAsync(
            repo, local, commit => published.TryGetValue(commit, out var revision) ? revision.IsShared : null, token), token)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private async ValueTask TryAsync(string subject, Func<Task> action, CancellationToken cancellation)
    {
        await _slots.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (StoreException e)
        {
            tally.Fail(subject, e);
        }
        finally
        {
            _slots.Release();
        }
    }
}

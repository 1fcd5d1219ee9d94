using System.Collections.Concurrent;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pull.Contents;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Pull.Sources;

/// <summary>
/// Goes to a second source for what the first does not have, or cannot give at the moment. Never where the first refuses: that is a decision of somebody, and not to be got round.
/// </summary>
/// <param name="first">The source that is asked first.</param>
/// <param name="second">The other one.</param>
/// <param name="observer">Is told each time.</param>
public sealed class FallbackSource(IRepoSource first, IRepoSource second, IPullObserver observer) : IRepoSource
{
    /// <inheritdoc/>
    public async Task<FoundRevision> FindAsync(PullRequest request, CancellationToken cancellation)
    {
        FoundRevision found;
        try
        {
            found = await first.FindAsync(request, cancellation).ConfigureAwait(false);
        }
        catch (StoreException e) when (MayGoOn(e))
        {
            observer.OnFallback(e.Message);
            return await second.FindAsync(request, cancellation).ConfigureAwait(false);
        }

        return found with { Blobs = new Blobs(found, second, observer) };
    }

    private static bool MayGoOn(StoreException e) => e.Error is StoreError.NotFound or StoreError.Transient or StoreError.Throttled;

    /// <summary>Contents of a revision that the first source has found.</summary>
    private sealed class Blobs(FoundRevision found, IRepoSource second, IPullObserver observer) : IBlobSource
    {
        private readonly ConcurrentDictionary<BlobName, bool> _lost = [];
        private readonly Lock _turn = new();
        private Task<IBlobSource>? _other;
        private volatile bool _isDown;

        public string Name => found.Blobs.Name;

        public int Requests => found.Blobs.Requests;

        public long ReadRangeBytes => found.Blobs.ReadRangeBytes;

        public async Task<ObjectReading> OpenAsync(ManifestFile file, ByteRange? range, CancellationToken cancellation)
        {
            // All ranges of a content are to be from one source.
            if (!_isDown && !_lost.ContainsKey(file.Blob))
            {
                try
                {
                    return await found.Blobs.OpenAsync(file, range, cancellation).ConfigureAwait(false);
                }
                catch (StoreException e) when (MayGoOn(e))
                {
                    await TurnAsync(file, e, cancellation).ConfigureAwait(false);
                }
            }

            return await (await _other!.ConfigureAwait(false)).OpenAsync(file, range, cancellation).ConfigureAwait(false);
        }

        private async Task TurnAsync(ManifestFile file, StoreException failure, CancellationToken cancellation)
        {
            Task<IBlobSource> other;
            lock (_turn)
            {
                other = _other ??= FindAsync(failure, cancellation);
            }

            await other.ConfigureAwait(false);
            lock (_turn)
            {
                var isDown = failure.Error != StoreError.NotFound;
                if (isDown ? !_isDown : _lost.TryAdd(file.Blob, true))
                {
                    observer.OnFallback(failure.Message);
                }

                _isDown |= isDown;
            }
        }

        private async Task<IBlobSource> FindAsync(StoreException failure, CancellationToken cancellation)
        {
            try
            {
                return (await second.FindAsync(PullRequest.Of(found.Manifest.Repo, found.Manifest.Revision), cancellation).ConfigureAwait(false)).Blobs;
            }
            catch (StoreException e)
            {
                throw new StoreException(failure.Error, $"{failure.Message}; and {e.Message}", failure);
            }
        }
    }
}

using Ferry.Core.Linux;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Gating;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Workloads.HuggingFace.Serve.Sources;

/// <summary>Serves from a cache of the hub on this machine: revisions that it has all files of, and single contents.</summary>
/// <param name="directory">The cache; it need not exist.</param>
public sealed class CacheSource(string directory) : IServedHub
{
    /// <inheritdoc/>
    public async Task<Revision?> FindRefAsync(RepoId repo, RefName name, CancellationToken cancellation) =>
        (await ListRefsAsync(repo, cancellation).ConfigureAwait(false)).FirstOrDefault(found => found.Name == name)?.Commit;

    /// <inheritdoc/>
    public Task<IReadOnlyList<CachedRef>> ListRefsAsync(RepoId repo, CancellationToken cancellation) => Task.Run(
        () => TryRead(repo, cancellation) is { } found
            ? [.. found.Refs.Where(reference => found.Revisions.Any(revision => revision.Commit == reference.Commit && IsWhole(revision)))]
            : (IReadOnlyList<CachedRef>)[], cancellation);

    /// <inheritdoc/>
    public Task<RepoManifest?> FindAsync(RepoId repo, Revision commit, CancellationToken cancellation) => Task.Run(
        () => TryRead(repo, cancellation)?.Revisions.FirstOrDefault(revision => revision.Commit == commit && IsWhole(revision)) is { } found
            ? ToManifest(repo, found)
            : null, cancellation);

    /// <inheritdoc/>
    public Task<Stream?> OpenAsync(RepoId repo, ManifestFile file, ByteRange range, CancellationToken cancellation)
    {
        var handle = TryOpen($"{repo.Folder}/{HubLayout.Blobs}", file.Blob);
        if (handle is null || RandomAccess.GetLength(handle) != file.Bytes)
        {
            handle?.Dispose();
            return Task.FromResult<Stream?>(null);
        }

        return Task.FromResult<Stream?>(new FileStream(handle, FileAccess.Read, bufferSize: 0) { Position = range.Offset });
    }

    private CachedRepo? TryRead(RepoId repo, CancellationToken cancellation) => Directory.Exists(directory) ? HubCacheReader.Read(directory, repo, cancellation) : null;

    /// <summary>Whether all files of the commit are there, each with a name by which clients can tell whether they have it.</summary>
    private static bool IsWhole(CachedRevision revision) => revision.IsComplete && revision.Files.All(static file => file.Blob.Name is not null);

    private RepoManifest ToManifest(RepoId repo, CachedRevision revision) => new()
    {
        Repo = repo,
        Revision = revision.Commit,
        Files = [.. revision.Files.Select(static file => new ManifestFile(file.Path, file.Blob.Name!.Value, file.Blob.Bytes))],
        Visibility = VisibilityRecord.TryRead(directory, repo)?.Visibility ?? RepoVisibility.Unknown,
        IsComplete = true,
    };

    /// <summary>Opens a content below its repository, or in the store that repositories share; through no other link.</summary>
    private SafeFileHandle? TryOpen(string place, BlobName blob)
    {
        if (!Directory.Exists(directory))
        {
            return null;
        }

        using var hub = DirectoryHandle.Open(directory);
        using var blobs = hub.TryOpen(place);
        if (blobs?.LinkOf(blob.Hex) is not { } target)
        {
            return blobs?.TryOpenFile(blob.Hex);
        }

        var stored = new CacheLink(directory, hub.RealPath).Resolve(place, target);
        if (stored is null || !HubLayout.IsStored(stored))
        {
            return null;
        }

        var slash = stored.LastIndexOf('/');
        using var shared = hub.TryOpen(stored[..slash]);
        return shared?.TryOpenFile(stored[(slash + 1)..]);
    }
}

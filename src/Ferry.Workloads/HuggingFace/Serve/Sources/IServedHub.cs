using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Serve.Sources;

/// <summary>Where what is served comes from. Thread-safe.</summary>
public interface IServedHub
{
    /// <summary>Finds the commit of a ref; null if there is none.</summary>
    /// <exception cref="IOException">It cannot be told.</exception>
    Task<Revision?> FindRefAsync(RepoId repo, RefName name, CancellationToken cancellation);

    /// <summary>The refs of a repository; none of one that is not there.</summary>
    /// <exception cref="IOException">It cannot be told.</exception>
    Task<IReadOnlyList<CachedRef>> ListRefsAsync(RepoId repo, CancellationToken cancellation);

    /// <summary>Finds out what a commit consists of; null if it is not there.</summary>
    /// <exception cref="IOException">It cannot be told.</exception>
    Task<RepoManifest?> FindAsync(RepoId repo, Revision commit, CancellationToken cancellation);

    /// <summary>Opens a content; null if it is not there. Whether the bytes are right is for the reader to find out.</summary>
    /// <param name="repo">A repository that has it.</param>
    /// <param name="file">A file with the content, which has bytes.</param>
    /// <param name="range">Which bytes, within it; more may follow them.</param>
    /// <param name="cancellation">Ends the call, and reading from what it returns.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    Task<Stream?> OpenAsync(RepoId repo, ManifestFile file, ByteRange range, CancellationToken cancellation);
}

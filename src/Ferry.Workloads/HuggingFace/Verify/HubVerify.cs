using Ferry.Core.Linux;
using Ferry.Core.Progress;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Verify;

/// <summary>Reads a cache, all of it, and says what is not as its names say, or leads nowhere. Changes nothing.</summary>
/// <param name="directory">The cache.</param>
/// <param name="workers">Contents that are read at a time, 1 or more.</param>
/// <param name="progress">Counts the bytes that were read.</param>
public sealed class HubVerify(string directory, int workers, TransferProgress progress)
{
    /// <summary>Reads it.</summary>
    /// <param name="patterns">Which repositories; all, if there is none.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="LinuxException">The cache is there and cannot be read.</exception>
    public HubVerifyReport Run(IReadOnlyList<RepoPattern> patterns, CancellationToken cancellation)
    {
        progress.Phase = TransferPhase.Comparing;
        var cache = HubCacheReader.Read(directory, cancellation);
        var repos = cache.Repos.Where(repo => patterns.Count == 0 || patterns.Any(pattern => pattern.Matches(repo.Id))).ToList();
        progress.Phase = TransferPhase.Verifying;
        var wrong = repos.Count == 0
            ? new Dictionary<CachedBlob, string>()
            : new BlobCheck(directory, workers, progress).FindWrong(repos.SelectMany(static repo => repo.Contents), cancellation);
        return new HubVerifyReport([.. repos.Select(repo => Describe(repo, wrong))], patterns.Count == 0 ? cache.Problems : []);
    }

    private VerifiedRepo Describe(CachedRepo repo, IReadOnlyDictionary<CachedBlob, string> wrong)
    {
        var contents = repo.Contents.ToList();
        var named = contents.Where(static blob => blob.Name is not null).ToList();
        return new VerifiedRepo
        {
            Id = repo.Id,
            Blobs = named.Count,
            Bytes = named.Sum(static blob => blob.Bytes),
            Unnamed = contents.Count - named.Count,
            Wrong = [.. named.Where(wrong.ContainsKey).Select(blob => new WrongBlob(blob, wrong[blob], FilesOf(repo, blob)))],
            Problems = repo.Problems,
            Partial = FindPartial(repo),
            Incomplete = repo.Incomplete,
        };
    }

    private static List<string> FilesOf(CachedRepo repo, CachedBlob blob) =>
        [.. repo.Revisions.SelectMany(revision => revision.Files.Where(file => file.Blob == blob).Select(file => $"{revision.Commit}/{file.Path}"))];

    private List<Revision> FindPartial(CachedRepo repo)
    {
        using var hub = DirectoryHandle.Open(directory);
        using var trees = hub.TryOpen($"{repo.Id.Folder}/{HubLayout.Trees}");
        return trees is null ? [] : [.. repo.Revisions.Where(revision => !revision.IsComplete && trees.StatusOf($"{revision.Commit}.json") is not null).Select(static revision => revision.Commit)];
    }
}

using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pull.Sources;
using Ferry.Workloads.HuggingFace.Verify;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Pull;

/// <summary>Compares a revision with a cache; changes nothing.</summary>
internal static class PullPlanner
{
    /// <summary>Makes the plan.</summary>
    /// <param name="found">The revision.</param>
    /// <param name="cacheDirectory">The cache, which need not exist.</param>
    /// <param name="check">Reads what is there; null to believe all that has the right size.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="LinuxException">The cache is there and cannot be read.</exception>
    public static PullPlan Make(FoundRevision found, string cacheDirectory, BlobCheck? check, CancellationToken cancellation)
    {
        var cached = TryRead(cacheDirectory, found.Manifest.Repo, cancellation);
        var seen = new HashSet<BlobName>(found.Manifest.Files.Count);
        var files = found.Manifest.Files.Where(file => seen.Add(file.Blob)).ToLookup(file => cached?.Blobs.GetValueOrDefault(file.Blob)?.Bytes == file.Bytes);
        var wrong = check is null ? [] : check.FindWrong(files[true].Select(file => cached!.Blobs[file.Blob]), cancellation).Keys.Select(static blob => blob.Name!.Value).ToHashSet();
        var missing = files[false].Concat(files[true].Where(file => wrong.Contains(file.Blob))).ToList();
        missing.Sort(static (one, other) => one.Bytes.CompareTo(other.Bytes));
        return new PullPlan
        {
            Found = found,
            Missing = missing,
            MissingBytes = missing.Aggregate(0L, static (sum, file) => file.Bytes > long.MaxValue - sum ? long.MaxValue : sum + file.Bytes),
            LeftBytes = cached is null ? 0 : CountLeft(cached, missing),
            Wrong = wrong,
            Present = seen.Count - missing.Count,
        };
    }

    private static CachedRepo? TryRead(string directory, RepoId repo, CancellationToken cancellation)
    {
        try
        {
            return HubCacheReader.Read(directory, repo, cancellation);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return null;
        }
    }

    private static long CountLeft(CachedRepo cached, List<ManifestFile> missing)
    {
        var sizes = missing.ToDictionary(static file => file.Blob, static file => file.Bytes);
        return cached.Incomplete.Sum(part =>
            BlobName.TryParse(Path.GetFileName(part.Path).Split('.')[0], out var name, out _) && sizes.TryGetValue(name, out var bytes) ? Math.Min(part.Bytes, bytes) : 0);
    }
}

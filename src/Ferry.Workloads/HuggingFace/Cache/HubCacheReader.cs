using System.Text;
using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Cache;

/// <summary>
/// Reads what a cache of the hub holds, in both of its layouts. Changes nothing, follows no link, and reads no content: two or three system calls for each file.
/// </summary>
public static class HubCacheReader
{
    // More do not help on one disk, and few are enough to hide the latency of a file server.
    private const int Parallelism = 8;

    /// <summary>Reads a cache.</summary>
    /// <param name="directory">The cache, links in its path are followed; empty if it does not exist.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="LinuxException">It is there and cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static HubCache Read(string directory, CancellationToken cancellation)
    {
        DirectoryHandle hub;
        try
        {
            hub = DirectoryHandle.Open(directory);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return new HubCache(directory, [], []);
        }

        using (hub)
        {
            var problems = new List<CacheProblem>();
            var ids = FindRepos(hub, problems);
            var repos = new CachedRepo?[ids.Count];
            var failures = new CacheProblem?[ids.Count];
            var link = new CacheLink(directory, hub.RealPath);
            var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellation };
            Parallel.For(0, ids.Count, options, i => (repos[i], failures[i]) = TryRead(hub, link, ids[i], cancellation));
            problems.AddRange(failures.OfType<CacheProblem>());
            return new HubCache(directory, [.. repos.OfType<CachedRepo>()], problems);
        }
    }

    /// <summary>Reads one repository.</summary>
    /// <returns>Null if the cache has none of that id.</returns>
    /// <exception cref="LinuxException">It is there and cannot be read.</exception>
    public static CachedRepo? Read(string directory, RepoId id, CancellationToken cancellation)
    {
        using var hub = DirectoryHandle.Open(directory);
        using var folder = hub.TryOpen(id.Folder);
        return folder is null ? null : new RepoReader(hub, folder, new CacheLink(directory, hub.RealPath), id).Read(cancellation);
    }

    private static List<RepoId> FindRepos(DirectoryHandle hub, List<CacheProblem> problems)
    {
        var ids = new List<RepoId>();
        var names = hub.List(out var unreadable);
        foreach (var name in names)
        {
            if (RepoId.TryParseFolder(name, out var id, out var reason))
            {
                ids.Add(id);
            }
            else if (name.Contains(RepoId.Separator, StringComparison.Ordinal))
            {
                problems.Add(new CacheProblem(Shown(name), $"is no folder of a repository: {reason}"));
            }
        }

        problems.AddRange(unreadable.Select(static name => new CacheProblem(name, "is no folder of a repository: is not UTF-8")));
        ids.Sort(static (one, other) => string.CompareOrdinal(one.Folder, other.Folder));
        return ids;
    }

    private static (CachedRepo?, CacheProblem?) TryRead(DirectoryHandle hub, CacheLink link, RepoId id, CancellationToken cancellation)
    {
        try
        {
            using var folder = hub.TryOpen(id.Folder);
            return folder is null ? default : (new RepoReader(hub, folder, link, id).Read(cancellation), null);
        }
        catch (LinuxException e)
        {
            return (null, new CacheProblem(Shown(id.Folder), e.Errno == Errno.ELOOP ? "is a link, which is not followed" : Errno.Describe(e.Errno)));
        }
    }

    internal static string Shown(string path) => PathText.Display(Encoding.UTF8.GetBytes(path));
}

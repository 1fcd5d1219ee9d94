using Ferry.Core.Linux;
using Ferry.Core.Processes;
using Ferry.Workloads.HuggingFace.Cache;

namespace Ferry.Workloads.HuggingFace.Pruning;

/// <summary>Who uses what of a cache: now, by the files that processes have open, and lately, by the times of files and Ferry's log.</summary>
public static class HubUse
{
    /// <summary>The contents that processes of this machine have open or mapped; of this user's processes only, unless for root.</summary>
    public static IReadOnlySet<ContentId> FindOpen(HubCache cache)
    {
        var root = PathFacts.RealPath(cache.Directory) ?? cache.Directory;
        var open = OpenFiles.Below(root);
        var contents = new HashSet<ContentId>();
        foreach (var blob in cache.Repos.SelectMany(static repo => repo.Contents))
        {
            if (open.Contains(blob.Path))
            {
                contents.Add(blob.Content);
            }
        }

        return contents;
    }

    /// <summary>
    /// When revisions were last used: the latest of what the log says, when one of their contents was read, as far as the file system keeps that, and when one was written.
    /// </summary>
    /// <param name="cache">The cache, which is asked for the times of its files now.</param>
    /// <param name="log">Ferry's log.</param>
    /// <exception cref="LinuxException">The cache or the log cannot be read.</exception>
    public static Func<CachedRepo, CachedRevision, Timestamp> FindLast(HubCache cache, HubAccessLog log)
    {
        var logged = log.Read();
        var read = ReadTimes(cache);
        return (repo, revision) =>
        {
            var last = logged.GetValueOrDefault((repo.Id, revision.Commit));
            foreach (var file in revision.Files)
            {
                last = Later(last, Later(file.Blob.Modified, read.GetValueOrDefault(file.Blob.Content)));
            }

            return last;
        };
    }

    private static Dictionary<ContentId, Timestamp> ReadTimes(HubCache cache)
    {
        var times = new Dictionary<ContentId, Timestamp>();
        if (cache.Repos.Count == 0)
        {
            return times;
        }

        using var hub = DirectoryHandle.Open(cache.Directory);
        var places = cache.Repos.SelectMany(static repo => repo.Contents).GroupBy(static blob => blob.Path[..blob.Path.LastIndexOf('/')], StringComparer.Ordinal);
        foreach (var place in places)
        {
            using var directory = hub.TryOpen(place.Key);
            foreach (var blob in place)
            {
                if (directory?.AccessedOf(blob.Path[(place.Key.Length + 1)..]) is { } accessed)
                {
                    times[blob.Content] = accessed;
                }
            }
        }

        return times;
    }

    private static Timestamp Later(Timestamp one, Timestamp other) => one > other ? one : other;
}

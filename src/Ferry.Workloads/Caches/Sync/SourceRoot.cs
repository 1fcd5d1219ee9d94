using Ferry.Core.Linux;

namespace Ferry.Workloads.Caches.Sync;

/// <summary>Opens the source of a cache, and refuses one that a sync would copy into itself.</summary>
internal static class SourceRoot
{
    /// <summary>Opens the source.</summary>
    /// <exception cref="IOException">It is missing, unreadable, no directory, or one of source and target lies in the other.</exception>
    public static TreeRoot Open(string source, string target)
    {
        var root = OpenDirectory(source);
        try
        {
            var from = root.RealPath;
            var to = PathNesting.RealPathOf(target);
            if (PathNesting.Contains(from, to) || PathNesting.Contains(to, from))
            {
                throw new IOException(PathNesting.Contains(from, to)
                    ? $"the staging directory {target} lies inside the source {source}; choose another scratch or cache_root"
                    : $"the source {source} lies inside the staging directory {target}; set it to the persistent directory");
            }

            return root;
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    private static TreeRoot OpenDirectory(string source)
    {
        try
        {
            return TreeRoot.Open(source);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            throw new IOException($"the source {source} does not exist; create it, or disable the cache", e);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOTDIR)
        {
            throw new IOException($"the source {source} is not a directory", e);
        }
    }
}

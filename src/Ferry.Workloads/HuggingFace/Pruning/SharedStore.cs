using System.Text;
using Ferry.Core.Linux;
using Ferry.Core.Locking;
using Ferry.Workloads.HuggingFace.Cache;

namespace Ferry.Workloads.HuggingFace.Pruning;

/// <summary>
/// The store that repositories of a cache share. A content goes only if its list of links is there and none of them leads to it any more; that is how clients do it, under the lock that they take.
/// Anything unclear leaves it there.
/// </summary>
internal sealed class SharedStore(DirectoryHandle hub, TimeProvider time)
{
    private const int MaxList = 16 * 1024 * 1024;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly CacheLink _link = new(hub.Path, hub.RealPath);

    /// <summary>Removes a content that nothing links to.</summary>
    /// <param name="place">Relative to the cache.</param>
    /// <returns>False if it stays.</returns>
    /// <exception cref="LinuxException">It cannot be removed.</exception>
    public bool TryRemove(string place)
    {
        var slash = place.LastIndexOf('/');
        var hash = place[(slash + 1)..];
        using var directory = hub.TryOpen(place[..slash]);
        if (directory is null)
        {
            return false;
        }

        EnsureLock(directory, hash + ".lock");
        using var held = AdvisoryLock.Acquire($"{directory.RealPath}/{hash}.lock", s_patience, time, static () => { }, CancellationToken.None);
        if (held.Outcome != LockOutcome.Held || directory.TryReadFile(hash + ".refs", MaxList) is not { } list || IsLinked(place, list))
        {
            return false;
        }

        var isRemoved = directory.Remove(hash);
        directory.Remove(hash + ".refs");
        return isRemoved;
    }

    /// <summary>A lock that others can take too, as clients make it; this user's umask allowing.</summary>
    private static void EnsureLock(DirectoryHandle directory, string name)
    {
        if (directory.StatusOf(name) is null)
        {
            try
            {
                directory.CreateFile(name).Dispose();
            }
            catch (LinuxException e) when (e.Errno == Errno.EEXIST)
            {
                // A client was faster.
            }
        }
    }

    private bool IsLinked(string place, byte[] list)
    {
        foreach (var line in Encoding.UTF8.GetString(list).Split('\n'))
        {
            if (line.Split('/') is [var folder, HubLayout.Blobs, { Length: > 0 } name] && name is not ("." or ".." or ""))
            {
                using var blobs = hub.TryOpen($"{folder}/{HubLayout.Blobs}");
                if (blobs?.LinkOf(name) is { } target && _link.Resolve($"{folder}/{HubLayout.Blobs}", target) == place)
                {
                    return true;
                }
            }
        }

        return false;
    }
}

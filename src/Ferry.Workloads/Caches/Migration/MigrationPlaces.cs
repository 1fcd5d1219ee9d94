using Ferry.Core.Linux;

namespace Ferry.Workloads.Caches.Migration;

/// <summary>A migration cannot be done as it was asked for. Nothing was changed; the message is one line.</summary>
public sealed class MigrationRefusedException(string message) : Exception(message);

/// <summary>Checks from where to where a cache can be moved.</summary>
internal static class MigrationPlaces
{
    /// <summary>The old directory with its links resolved.</summary>
    /// <exception cref="MigrationRefusedException">There is no such directory.</exception>
    public static string ResolveSource(string source) => PathFacts.Of(source) switch
    {
        { IsDirectory: true } => PathFacts.RealPath(source)!,
        null => throw new MigrationRefusedException($"{source} does not exist; there is nothing to move"),
        _ => throw new MigrationRefusedException($"{source} is not a directory"),
    };

    /// <summary>The new directory as it will be named: absolute, without <c>.</c>, <c>..</c> and a slash at the end.</summary>
    /// <exception cref="MigrationRefusedException">The path is relative.</exception>
    public static string Clean(string to) => to is ['/', ..]
        ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(to))
        : throw new MigrationRefusedException($"--to must be an absolute path, not '{PathText.Display(PathText.ToBytes(to))}'");

    /// <summary>Makes sure that a copy to the new place can begin.</summary>
    /// <param name="from">The old directory, resolved.</param>
    /// <param name="to">The new one, clean.</param>
    /// <param name="cacheRoot">Where caches are staged; null when scratch is not known here.</param>
    /// <exception cref="MigrationRefusedException">It cannot.</exception>
    public static void Check(string from, string to, string? cacheRoot)
    {
        var parent = Path.GetDirectoryName(to) ?? throw new MigrationRefusedException("--to must be a new directory, not /");
        if (PathFacts.Of(parent) is not { IsDirectory: true })
        {
            throw new MigrationRefusedException($"{parent} is not a directory; --to names the new directory itself, and the one above it must exist");
        }

        var real = PathFacts.RealPath(to) ?? Path.Join(PathFacts.RealPath(parent), Path.GetFileName(to));
        if (real == from)
        {
            throw new MigrationRefusedException($"{to} is another name of {from}; a directory cannot be moved onto itself");
        }

        if (CachePath.Contains(from, real) || IsBelow(parent, from))
        {
            throw new MigrationRefusedException($"{to} lies inside {from}; a directory cannot be moved into itself");
        }

        if (CachePath.Contains(real, from))
        {
            throw new MigrationRefusedException($"{from} lies inside {to}; choose a new directory");
        }

        CheckCacheRoot(real, to, cacheRoot);
        CheckEmpty(to);
    }

    /// <summary>By inodes: a bind mount gives a directory another path, which no link tells of.</summary>
    private static bool IsBelow(string path, string directory)
    {
        var wanted = PathFacts.Of(directory);
        for (string? at = path; at is not null; at = Path.GetDirectoryName(at))
        {
            if (PathFacts.Of(at) is { } found && (found.Device, found.Inode) == (wanted?.Device, wanted?.Inode))
            {
                return true;
            }
        }

        return false;
    }

    private static void CheckCacheRoot(string real, string to, string? cacheRoot)
    {
        var root = cacheRoot is null ? null : PathFacts.RealPath(cacheRoot) ?? cacheRoot;
        if (root is not null && (CachePath.Contains(root, real) || CachePath.Contains(real, root)))
        {
            throw new MigrationRefusedException($"{to} and {cacheRoot}, where caches are staged, lie in one another; choose persistent storage");
        }
    }

    private static void CheckEmpty(string to)
    {
        switch (PathFacts.Of(to))
        {
            case null when new FileInfo(to).LinkTarget is not null:
                throw new MigrationRefusedException($"{to} is a link that leads nowhere; remove it");
            case null:
                return;
            case { IsDirectory: false }:
                throw new MigrationRefusedException($"{to} is a file; choose a new directory");
        }

        using var entries = Directory.EnumerateFileSystemEntries(to).GetEnumerator();
        if (entries.MoveNext())
        {
            throw new MigrationRefusedException($"{to} is not empty; choose a new directory, or an empty one");
        }
    }
}

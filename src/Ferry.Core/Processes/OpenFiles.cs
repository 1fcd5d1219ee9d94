using System.Globalization;

namespace Ferry.Core.Processes;

/// <summary>Finds the files that processes of this machine have open or mapped, as /proc tells: of this user's processes only, unless for root.</summary>
public static class OpenFiles
{
    private const string Deleted = " (deleted)";

    /// <summary>The files below a directory, relative to it; this process's own too.</summary>
    /// <param name="directory">Absolute, without links.</param>
    public static IReadOnlySet<string> Below(string directory)
    {
        var prefix = directory.TrimEnd('/') + "/";
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                AddOpen(process + "/fd", prefix, found);
                AddMapped(process + "/maps", prefix, found);
            }
        }

        return found;
    }

    private static void AddOpen(string links, string prefix, HashSet<string> found)
    {
        try
        {
            foreach (var link in Directory.EnumerateFileSystemEntries(links))
            {
                Add(LinkOf(link), prefix, found);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's process, or one that has ended.
        }
    }

    private static void AddMapped(string maps, string prefix, HashSet<string> found)
    {
        try
        {
            foreach (var line in File.ReadLines(maps))
            {
                var path = line.IndexOf('/', StringComparison.Ordinal);
                Add(path < 0 ? null : line[path..], prefix, found);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As above.
        }
    }

    private static void Add(string? path, string prefix, HashSet<string> found)
    {
        if (path is not null && path.StartsWith(prefix, StringComparison.Ordinal))
        {
            var relative = path[prefix.Length..];
            found.Add(relative.EndsWith(Deleted, StringComparison.Ordinal) ? relative[..^Deleted.Length] : relative);
        }
    }

    private static string? LinkOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

namespace Ferry.Workloads.Caches;

/// <summary>Comparison of paths that may be written differently and still be one place.</summary>
internal static class CachePath
{
    /// <summary>
    /// The path without <c>.</c>, <c>..</c>, doubled and trailing separators, behind its symbolic links if it exists. A relative
    /// path is returned as it is: it has no place of its own.
    /// </summary>
    public static string Normalize(string path, Func<string, string?> resolveLinks)
    {
        if (!Path.IsPathRooted(path))
            return path;
        // Links first: what ".." means behind a link is not what the text says.
        var full = Path.GetFullPath(resolveLinks(path) ?? path);
        return Path.TrimEndingDirectorySeparator(full);
    }

    /// <summary>Whether both name one place.</summary>
    public static bool Same(string left, string right, Func<string, string?> resolveLinks) =>
        left == right || Normalize(left, resolveLinks) == Normalize(right, resolveLinks);

    /// <summary>Whether <paramref name="inner"/> is <paramref name="outer"/> or below it; both normalized.</summary>
    public static bool Contains(string outer, string inner) =>
        inner.StartsWith(outer, StringComparison.Ordinal) &&
        (inner.Length == outer.Length || outer == "/" || inner[outer.Length] == '/');
}

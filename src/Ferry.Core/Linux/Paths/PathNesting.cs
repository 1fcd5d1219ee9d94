namespace Ferry.Core.Linux;

/// <summary>Whether one directory lies in another, whatever links lead to them.</summary>
public static class PathNesting
{
    /// <summary>The path with links resolved; its last components need not exist yet.</summary>
    /// <exception cref="LinuxException">What exists of it cannot be opened.</exception>
    public static string RealPathOf(string path)
    {
        var rest = "";
        for (var existing = Path.GetFullPath(path); ; existing = Path.GetDirectoryName(existing)!)
        {
            if (Directory.Exists(existing))
            {
                using var root = TreeRoot.Open(existing);
                return Path.Join(root.RealPath, rest);
            }

            rest = Path.Join(Path.GetFileName(existing), rest);
        }
    }

    /// <summary>Whether <paramref name="inner"/> is <paramref name="outer"/> or lies in it. Both are real paths.</summary>
    public static bool Contains(string outer, string inner)
    {
        var prefix = outer.TrimEnd('/') + "/";
        return (inner.TrimEnd('/') + "/").StartsWith(prefix, StringComparison.Ordinal);
    }
}

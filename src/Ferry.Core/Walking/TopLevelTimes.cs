using Ferry.Core.Linux;

namespace Ferry.Core.Walking;

/// <summary>The cheap question whether a tree has changed: the latest modification time of a directory and what lies directly in it.</summary>
public static class TopLevelTimes
{
    /// <summary>The latest modification time at depths 0 and 1; links count as what they lead to.</summary>
    /// <exception cref="LinuxException">The directory cannot be read.</exception>
    public static Timestamp Latest(TreeRoot root)
    {
        Kernel.OrThrow(Kernel.StatusOf(root.Fd, out var status), "statx", root.Path);
        var latest = status.Modified;
        var fd = Kernel.OrThrow(root.OpenDirectory(new PathBuffer()), "open", root.Path);
        try
        {
            var reader = new DirectoryReader();
            Kernel.OrThrow(reader.Read(fd, static (name, _) => !TemporaryName.IsTemporary(name)), "getdents64", root.Path);
            var (names, entries) = reader.ToListing();
            foreach (var entry in entries)
            {
                // A dangling link or a name that vanished has no time; that it came or went shows in the directory's.
                if (Kernel.StatusOfTarget(fd, names.AsSpan(entry.NameOffset, entry.NameLength + 1), out var child) == 0 && child.Modified > latest)
                {
                    latest = child.Modified;
                }
            }
        }
        finally
        {
            Kernel.Close(fd);
        }

        return latest;
    }
}

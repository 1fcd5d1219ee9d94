using Ferry.Core.Linux.Native;

namespace Ferry.Core.Linux;

/// <summary>Replaces small files so that a reader sees the old contents or the new, also after a crash: temp, fsync, rename, fsync of the directory.</summary>
public static class AtomicFile
{
    /// <summary>Writes <paramref name="contents"/> to <paramref name="path"/>.</summary>
    /// <param name="path">The final name; its directory must exist.</param>
    /// <param name="contents">All of the file.</param>
    /// <param name="permissions">Permission bits of the new file, whatever the umask says.</param>
    /// <exception cref="LinuxException">A step failed; the old contents stay in force.</exception>
    public static void Write(string path, ReadOnlySpan<byte> contents, ushort permissions = 0x180)
    {
        using var file = AtomicStream.Create(path, permissions);
        file.Write(contents);
        file.Commit();
    }

    /// <summary>All of a small file; null when it does not exist.</summary>
    /// <param name="path">The file; a link is not followed.</param>
    /// <param name="maxBytes">Larger files are refused.</param>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    public static byte[]? TryRead(string path, int maxBytes)
    {
        var fd = Kernel.Open(Fcntl.AT_FDCWD, PathText.ToTerminated(path), Kernel.ReadFile);
        if (fd == -Errno.ENOENT)
        {
            return null;
        }

        Kernel.OrThrow(fd, "open", path);
        try
        {
            var contents = new byte[maxBytes + 1];
            var length = 0;
            int read;
            while ((read = (int)Kernel.Read(fd, contents.AsSpan(length))) > 0)
            {
                length += read;
            }

            Kernel.OrThrow(read, "read", path);
            return length <= maxBytes ? contents[..length] : throw new LinuxException(Errno.EFBIG, "read", path);
        }
        finally
        {
            Kernel.Close(fd);
        }
    }

    /// <summary>Renames within a directory and syncs the directory, so that the new name survives a crash.</summary>
    internal static void Rename(string from, string to)
    {
        Kernel.OrThrow(Kernel.Rename(Fcntl.AT_FDCWD, PathText.ToTerminated(from), PathText.ToTerminated(to)), "rename", to);
        SyncDirectoryOf(to);
    }

    /// <summary>Removes the temporary files that killed processes left in a directory.</summary>
    /// <param name="directory">Where <see cref="Write"/> was writing.</param>
    /// <param name="before">Younger ones stay: somebody may be about to rename them.</param>
    public static void RemoveLeftovers(string directory, DateTimeOffset before)
    {
        var prefix = System.Text.Encoding.ASCII.GetString(TemporaryName.Prefix);
        foreach (var path in Directory.GetFiles(directory, prefix + "*"))
        {
            if (File.GetLastWriteTimeUtc(path) < before.UtcDateTime)
            {
                _ = Kernel.Remove(Fcntl.AT_FDCWD, PathText.ToTerminated(path));
            }
        }
    }

    /// <summary>Sets the times of a file, which is made if it is not there.</summary>
    /// <exception cref="LinuxException">A step failed.</exception>
    public static void Touch(string path, Timestamp time)
    {
        var terminated = PathText.ToTerminated(path);
        var result = Kernel.SetModified(Fcntl.AT_FDCWD, terminated, time);
        if (result == -Errno.ENOENT)
        {
            var fd = Kernel.OrThrow(Kernel.Open(Fcntl.AT_FDCWD, terminated, Kernel.CreateFile, 0x180), "open", path);
            Kernel.Close(fd);
            result = Kernel.SetModified(Fcntl.AT_FDCWD, terminated, time);
        }

        Kernel.OrThrow(result, "utimensat", path);
    }

    /// <summary>Removes a file, if it is there, and syncs its directory, so that it does not come back after a crash.</summary>
    /// <exception cref="LinuxException">It is there and cannot be removed.</exception>
    public static void Remove(string path)
    {
        var result = Kernel.Remove(Fcntl.AT_FDCWD, PathText.ToTerminated(path));
        if (result == -Errno.ENOENT)
        {
            return;
        }

        Kernel.OrThrow(result, "unlink", path);
        SyncDirectoryOf(path);
    }

    private static void SyncDirectoryOf(string file)
    {
        // A bare name has none.
        var path = Path.GetDirectoryName(file) is { Length: > 0 } directory ? directory : ".";
        var fd = Kernel.OrThrow(
            Kernel.Open(Fcntl.AT_FDCWD, PathText.ToTerminated(path), Kernel.ReadDirectory & ~Fcntl.O_NOFOLLOW), "open", path);
        var result = Kernel.Sync(fd);
        Kernel.Close(fd);
        // Some network and FUSE file systems cannot sync a directory, and keep names safe in their own way.
        if (result is not (-Errno.EINVAL or -Errno.EOPNOTSUPP or -Errno.ENOSYS))
        {
            Kernel.OrThrow(result, "fsync", path);
        }
    }
}

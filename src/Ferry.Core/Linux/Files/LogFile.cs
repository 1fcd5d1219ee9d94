using Ferry.Core.Linux.Native;

namespace Ferry.Core.Linux;

/// <summary>
/// A file of lines that many processes append to, without locks: each appends with one write. It is kept short by leaving out its oldest
/// lines. Of lines that are appended while another process does that, some may be lost; none is ever mixed with another.
/// </summary>
public static class LogFile
{
    private const ushort OwnerOnly = 0x180;

    private static readonly int s_append = Fcntl.O_RDWR | Fcntl.O_APPEND | Fcntl.O_CREAT | Fcntl.O_NOFOLLOW | Fcntl.O_NONBLOCK | Fcntl.O_CLOEXEC;

    /// <summary>Appends lines to the file, which is made with mode 0600 if it is not there.</summary>
    /// <param name="path">The file; its directory must exist. A link is not followed.</param>
    /// <param name="lines">Whole lines, the last one ended too.</param>
    /// <param name="maxBytes">When the file has become larger, half of it is kept: the newest lines.</param>
    /// <exception cref="LinuxException">The lines could not be appended, or the file could not be shortened.</exception>
    public static void Append(string path, ReadOnlySpan<byte> lines, int maxBytes)
    {
        if (AppendOnly(path, lines) > maxBytes)
        {
            AtomicFile.Write(path, ReadTail(path, maxBytes / 2));
        }
    }

    /// <summary>The last whole lines of a file; nothing when it does not exist.</summary>
    /// <param name="path">The file; a link is not followed.</param>
    /// <param name="maxBytes">At most that many bytes are read, however long the file is.</param>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    public static byte[] ReadTail(string path, int maxBytes)
    {
        var fd = Kernel.Open(Fcntl.AT_FDCWD, PathText.ToTerminated(path), Kernel.ReadFile);
        if (fd is -Errno.ENOENT or -Errno.ENOTDIR)
        {
            return [];
        }

        Kernel.OrThrow(fd, "open", path);
        try
        {
            Kernel.OrThrow(Kernel.StatusOf(fd, out var status), "statx", path);
            var start = Math.Max(0, status.Size - maxBytes);
            var tail = ReadFrom(fd, start, (int)(status.Size - start), path);
            // What precedes the first line's end may be the rest of a longer line.
            return start == 0 ? tail : tail[(tail.AsSpan().IndexOf((byte)'\n') + 1)..];
        }
        finally
        {
            Kernel.Close(fd);
        }
    }

    /// <summary>The file's length afterwards.</summary>
    private static long AppendOnly(string path, ReadOnlySpan<byte> lines)
    {
        var fd = Kernel.OrThrow(Kernel.Open(Fcntl.AT_FDCWD, PathText.ToTerminated(path), s_append, OwnerOnly), "open", path);
        try
        {
            Kernel.OrThrow(Kernel.SetPermissions(fd, OwnerOnly), "fchmod", path);
            Kernel.OrThrow(Kernel.StatusOf(fd, out var status), "statx", path);
            Span<byte> last = stackalloc byte[1];
            // A process that was killed, or a full disk, may have left half a line: what is appended must not continue it.
            var isCut = status.Size > 0 && Kernel.ReadAt(fd, last, status.Size - 1) == 1 && last[0] != (byte)'\n';
            Kernel.OrThrow(Kernel.Write(fd, isCut ? [(byte)'\n', .. lines] : lines), "write", path);
            return status.Size + lines.Length;
        }
        finally
        {
            Kernel.Close(fd);
        }
    }

    private static byte[] ReadFrom(int fd, long offset, int length, string path)
    {
        var bytes = new byte[length];
        var filled = 0;
        int read;
        while ((read = (int)Kernel.ReadAt(fd, bytes.AsSpan(filled), offset + filled)) > 0)
        {
            filled += read;
        }

        Kernel.OrThrow(read, "pread", path);
        return bytes[..filled];
    }
}

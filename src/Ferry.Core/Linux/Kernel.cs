using System.Runtime.InteropServices;
using Ferry.Core.Linux.Native;

namespace Ferry.Core.Linux;

/// <summary>
/// System calls with typed arguments. Each returns the call's result, or the negative error number; the caller decides
/// whether a failure is an exception, a warning or an answer. Paths are spans that end in a NUL byte. Calls interrupted by a
/// signal are repeated.
/// </summary>
internal static unsafe partial class Kernel
{
    /// <summary>Flags for a file that is read: never follows a link, never blocks on a FIFO that took the file's place.</summary>
    public static readonly int ReadFile = Fcntl.O_RDONLY | Fcntl.O_NOFOLLOW | Fcntl.O_NONBLOCK | Fcntl.O_CLOEXEC;

    /// <summary>Flags for a directory that is listed or resolved against.</summary>
    public static readonly int ReadDirectory = Fcntl.O_RDONLY | Fcntl.O_NOFOLLOW | Fcntl.O_DIRECTORY | Fcntl.O_CLOEXEC;

    /// <summary>Flags for a file that exists and is written on.</summary>
    public static readonly int UpdateFile = Fcntl.O_RDWR | Fcntl.O_NOFOLLOW | Fcntl.O_NONBLOCK | Fcntl.O_CLOEXEC;

    /// <summary>Flags for a file that must not exist yet.</summary>
    public static readonly int CreateFile = Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_EXCL | Fcntl.O_NOFOLLOW | Fcntl.O_CLOEXEC;

    /// <summary>Flags for a file without a name, made in an open directory.</summary>
    public static readonly int CreateUnnamed = Fcntl.O_WRONLY | Fcntl.O_TMPFILE | Fcntl.O_CLOEXEC;

    private static volatile bool s_withoutEmptyPath;

    /// <summary>The effective user of this process.</summary>
    public static uint EffectiveUser { get; } = Unistd.geteuid();

    /// <summary>The effective group of this process.</summary>
    public static uint EffectiveGroup { get; } = Unistd.getegid();

    public static int Open(int directory, ReadOnlySpan<byte> path, int flags, uint mode = 0)
    {
        fixed (byte* p = path)
        {
            int result;
            do
            {
                result = Fcntl.openat(directory, p, flags, mode);
            }
            while (result < 0 && Interrupted());
            return OrErrno(result);
        }
    }

    /// <summary>Opens a directory below <paramref name="directory"/>; no component may be a link or lead out of it.</summary>
    public static int OpenBeneath(int directory, ReadOnlySpan<byte> path, int flags)
    {
        var how = new Syscall.OpenHow
        {
            Flags = (ulong)flags,
            Resolve = Syscall.OpenHow.RESOLVE_BENEATH | Syscall.OpenHow.RESOLVE_NO_SYMLINKS | Syscall.OpenHow.RESOLVE_NO_MAGICLINKS,
        };
        fixed (byte* p = path)
        {
            int result;
            do
            {
                result = Syscall.openat2(directory, p, &how);
            }
            while (result < 0 && Interrupted());
            return OrErrno(result);
        }
    }

    public static void Close(int fd) => _ = Unistd.close(fd);

    /// <summary>Closes a file that was written: NFS and quotas report failed writes here. EINTR means closed on Linux.</summary>
    public static int CloseWritten(int fd)
    {
        var result = OrErrno(Unistd.close(fd));
        return result == -Errno.EINTR ? 0 : result;
    }

    /// <summary>Status of a name, itself if it is a link.</summary>
    public static int StatusOf(int directory, ReadOnlySpan<byte> name, out FileStatus status) =>
        Statx(directory, name, Fcntl.AT_SYMLINK_NOFOLLOW, out status);

    /// <summary>Status of what a name leads to, through links.</summary>
    public static int StatusOfTarget(int directory, ReadOnlySpan<byte> name, out FileStatus status) =>
        Statx(directory, name, 0, out status);

    /// <summary>Status of an open file.</summary>
    public static int StatusOf(int fd, out FileStatus status) => Statx(fd, "\0"u8, Fcntl.AT_EMPTY_PATH, out status);

    /// <summary>When a file was last read, as far as its file system keeps that; itself if it is a link.</summary>
    public static int AccessedOf(int directory, ReadOnlySpan<byte> name, out Timestamp accessed)
    {
        Stat.Statx buffer;
        fixed (byte* p = name)
        {
            if (Syscall.statx(directory, p, Fcntl.AT_SYMLINK_NOFOLLOW, Stat.STATX_ATIME, &buffer) < 0)
            {
                accessed = default;
                return -Marshal.GetLastPInvokeError();
            }
        }

        accessed = new Timestamp(buffer.AccessTime.Seconds, buffer.AccessTime.Nanoseconds);
        return 0;
    }

    public static nint ReadEntries(int fd, Span<byte> buffer)
    {
        fixed (byte* p = buffer)
        {
            return OrErrno(Syscall.getdents64(fd, p, buffer.Length));
        }
    }

    public static nint Read(int fd, Span<byte> buffer)
    {
        fixed (byte* p = buffer)
        {
            nint result;
            do
            {
                result = Unistd.read(fd, p, (nuint)buffer.Length);
            }
            while (result < 0 && Interrupted());
            return OrErrno(result);
        }
    }

    public static nint ReadAt(int fd, Span<byte> buffer, long offset)
    {
        fixed (byte* p = buffer)
        {
            nint result;
            do
            {
                result = Unistd.pread(fd, p, (nuint)buffer.Length, offset);
            }
            while (result < 0 && Interrupted());
            return OrErrno(result);
        }
    }

    /// <summary>Writes all of <paramref name="data"/> at the file's position. 0, or the error that stopped it.</summary>
    public static int Write(int fd, ReadOnlySpan<byte> data)
    {
        fixed (byte* p = data)
        {
            for (nint done = 0; done < data.Length;)
            {
                var written = Unistd.write(fd, p + done, (nuint)(data.Length - done));
                if (written <= 0 && !(written < 0 && Interrupted()))
                {
                    return written == 0 ? -Errno.EIO : -Marshal.GetLastPInvokeError();
                }

                done += Math.Max(written, 0);
            }

            return 0;
        }
    }

    /// <summary>Writes all of <paramref name="data"/> at <paramref name="offset"/>. 0, or the error that stopped it.</summary>
    public static int WriteAt(int fd, ReadOnlySpan<byte> data, long offset)
    {
        fixed (byte* p = data)
        {
            for (nint done = 0; done < data.Length;)
            {
                var written = Unistd.pwrite(fd, p + done, (nuint)(data.Length - done), offset + done);
                if (written <= 0 && !(written < 0 && Interrupted()))
                {
                    return written == 0 ? -Errno.EIO : -Marshal.GetLastPInvokeError();
                }

                done += Math.Max(written, 0);
            }

            return 0;
        }
    }

    /// <summary>Offset of the next data or hole at or after <paramref name="offset"/>; -ENXIO past the last data.</summary>
    public static long Seek(int fd, long offset, int whence)
    {
        var result = Unistd.lseek(fd, offset, whence);
        return result < 0 ? -Marshal.GetLastPInvokeError() : result;
    }

    public static int Truncate(int fd, long length) => OrErrno(Unistd.ftruncate(fd, length));

    public static int Sync(int fd) => OrErrno(Unistd.fsync(fd));

    /// <summary>Writes everything of the file system that holds <paramref name="fd"/> to its storage.</summary>
    public static int SyncFileSystem(int fd) => OrErrno(Unistd.syncfs(fd));

    public static int SetPermissions(int fd, ushort permissions) => OrErrno(Stat.fchmod(fd, permissions));

    public static int SetOwner(int fd, uint uid, uint gid) => SetOwner(fd, "\0"u8, uid, gid, Fcntl.AT_EMPTY_PATH);

    /// <summary>Sets owner and group of a name, not of what it links to; uint.MaxValue leaves one as it is.</summary>
    public static int SetOwner(int directory, ReadOnlySpan<byte> name, uint uid, uint gid, int flags = Fcntl.AT_SYMLINK_NOFOLLOW)
    {
        fixed (byte* p = name)
        {
            return OrErrno(Unistd.fchownat(directory, p, uid, gid, flags));
        }
    }

    /// <summary>Sets access and modification time of an open file.</summary>
    public static int SetModified(int fd, Timestamp time)
    {
        var times = stackalloc Stat.Timespec[2];
        times[0] = times[1] = new Stat.Timespec { Seconds = time.Seconds, Nanoseconds = time.Nanoseconds };
        return OrErrno(Stat.futimens(fd, times));
    }

    /// <summary>Sets access and modification time of a name, not of what it links to.</summary>
    public static int SetModified(int directory, ReadOnlySpan<byte> name, Timestamp time)
    {
        var times = stackalloc Stat.Timespec[2];
        times[0] = times[1] = new Stat.Timespec { Seconds = time.Seconds, Nanoseconds = time.Nanoseconds };
        fixed (byte* p = name)
        {
            return OrErrno(Stat.utimensat(directory, p, times, Fcntl.AT_SYMLINK_NOFOLLOW));
        }
    }

    public static int MakeDirectory(int directory, ReadOnlySpan<byte> name, ushort permissions)
    {
        fixed (byte* p = name)
        {
            return OrErrno(Stat.mkdirat(directory, p, permissions));
        }
    }

    public static int Remove(int directory, ReadOnlySpan<byte> name, bool isDirectory = false)
    {
        fixed (byte* p = name)
        {
            return OrErrno(Unistd.unlinkat(directory, p, isDirectory ? Fcntl.AT_REMOVEDIR : 0));
        }
    }

    public static int Rename(int directory, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) => Move(directory, from, directory, to);

    /// <summary>Renames from one directory to another on the same file system.</summary>
    public static int Move(int fromDirectory, ReadOnlySpan<byte> from, int toDirectory, ReadOnlySpan<byte> to)
    {
        fixed (byte* p = from, q = to)
        {
            return OrErrno(Unistd.renameat(fromDirectory, p, toDirectory, q));
        }
    }

    /// <summary>Renames only if the new name is free; -EEXIST if not. -EINVAL where the file system cannot.</summary>
    public static int RenameToFree(int directory, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) =>
        RenameWith(Syscall.RENAME_NOREPLACE, directory, from, to);

    /// <summary>Gives each of two existing names what the other has, in one step. -EINVAL where the file system cannot.</summary>
    public static int Exchange(int directory, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) =>
        RenameWith(Syscall.RENAME_EXCHANGE, directory, one, other);

    public static int Link(int fromDirectory, ReadOnlySpan<byte> from, int toDirectory, ReadOnlySpan<byte> to, int flags = 0)
    {
        fixed (byte* p = from, q = to)
        {
            return OrErrno(Unistd.linkat(fromDirectory, p, toDirectory, q, flags));
        }
    }

    /// <summary>Gives an open file, which may have no name at all, a name.</summary>
    public static int LinkOpen(int fd, int directory, ReadOnlySpan<byte> name)
    {
        // By descriptor where the kernel lets the opener do that (from Linux 6.10, or as root), else by way of /proc.
        if (!s_withoutEmptyPath)
        {
            var result = Link(fd, "\0"u8, directory, name, Fcntl.AT_EMPTY_PATH);
            if (result != -Errno.ENOENT)
            {
                return result;
            }

            s_withoutEmptyPath = true;
        }

        Span<byte> path = stackalloc byte[32];
        "/proc/self/fd/"u8.CopyTo(path);
        fd.TryFormat(path[14..], out var digits, provider: System.Globalization.CultureInfo.InvariantCulture);
        path[14 + digits] = 0;
        return Link(Fcntl.AT_FDCWD, path[..(15 + digits)], directory, name, Fcntl.AT_SYMLINK_FOLLOW);
    }

    public static int MakeSymlink(ReadOnlySpan<byte> target, int directory, ReadOnlySpan<byte> name)
    {
        fixed (byte* p = target, q = name)
        {
            return OrErrno(Unistd.symlinkat(p, directory, q));
        }
    }

    /// <summary>The target of a symlink into <paramref name="buffer"/>: its length, at most the buffer's.</summary>
    public static nint ReadSymlink(int directory, ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        fixed (byte* p = name, q = buffer)
        {
            return OrErrno(Unistd.readlinkat(directory, p, q, (nuint)buffer.Length));
        }
    }

    public static nint ListAttributes(int fd, Span<byte> buffer)
    {
        fixed (byte* p = buffer)
        {
            return OrErrno(Xattr.flistxattr(fd, p, (nuint)buffer.Length));
        }
    }

    public static nint GetAttribute(int fd, ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        fixed (byte* p = name, q = buffer)
        {
            return OrErrno(Xattr.fgetxattr(fd, p, q, (nuint)buffer.Length));
        }
    }

    public static int SetAttribute(int fd, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        fixed (byte* p = name, q = value)
        {
            return OrErrno(Xattr.fsetxattr(fd, p, q, (nuint)value.Length, 0));
        }
    }

    public static int RemoveAttribute(int fd, ReadOnlySpan<byte> name)
    {
        fixed (byte* p = name)
        {
            return OrErrno(Xattr.fremovexattr(fd, p));
        }
    }

    /// <summary>Makes <paramref name="target"/> share all blocks of <paramref name="source"/> (a reflink).</summary>
    public static int ShareBlocks(int source, int target) => OrErrno(IoControl.ioctl(target, IoControl.FICLONE, source));

    /// <summary>This user's quota of a local file system, by its block device. 0, or the negative error number.</summary>
    public static int GetQuota(ReadOnlySpan<byte> device, out Quota.Block quota)
    {
        Quota.Block block = default;
        fixed (byte* p = device)
        {
            var result = Quota.quotactl(Quota.GetForUser, p, (int)EffectiveUser, &block);
            quota = block;
            return OrErrno(result);
        }
    }

    public static int TryLockExclusive(int fd) => OrErrno(SysFile.flock(fd, SysFile.LOCK_EX | SysFile.LOCK_NB));

    public static void Unlock(int fd) => _ = SysFile.flock(fd, SysFile.LOCK_UN);

    /// <summary>0 when this user may make names in a directory.</summary>
    public static int MayWriteIn(ReadOnlySpan<byte> path)
    {
        fixed (byte* p = path)
        {
            return OrErrno(Unistd.faccessat(Fcntl.AT_FDCWD, p, Unistd.W_OK | Unistd.X_OK, Unistd.AT_EACCESS));
        }
    }

    /// <summary>0 when this user may read or write what a path leads to.</summary>
    public static int MayAccess(ReadOnlySpan<byte> path, bool read, bool write)
    {
        fixed (byte* p = path)
        {
            return OrErrno(Unistd.faccessat(
                Fcntl.AT_FDCWD, p, (read ? Unistd.R_OK : 0) | (write ? Unistd.W_OK : 0), Unistd.AT_EACCESS));
        }
    }

    /// <summary>The path with all links resolved; null when it does not exist or cannot be reached.</summary>
    public static string? RealPath(ReadOnlySpan<byte> path)
    {
        var resolved = stackalloc byte[Unistd.PATH_MAX];
        fixed (byte* p = path)
        {
            return Unistd.realpath(p, resolved) == null ? null : Marshal.PtrToStringUTF8((nint)resolved);
        }
    }

    /// <summary>Tells the kernel that cached pages of the file are not needed: the next read comes from storage.</summary>
    public static void DropCache(int fd) => _ = Fcntl.posix_fadvise(fd, 0, 0, Fcntl.POSIX_FADV_DONTNEED);

    /// <summary>How many descriptors this process may have open.</summary>
    public static int MaxOpenFiles()
    {
        Resource.Limit limit;
        return Resource.getrlimit(Resource.RLIMIT_NOFILE, &limit) == 0 ? (int)Math.Min(limit.Current, int.MaxValue) : 256;
    }

    /// <summary>Throws when <paramref name="result"/> is an error, else passes it on.</summary>
    /// <exception cref="LinuxException">The result is negative.</exception>
    public static int OrThrow(int result, string operation, string path) =>
        result < 0 ? throw new LinuxException(-result, operation, path) : result;

    private static int RenameWith(int flags, int directory, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        fixed (byte* p = from, q = to)
        {
            return OrErrno(Syscall.renameat2(directory, p, directory, q, flags));
        }
    }

    private static int Statx(int directory, ReadOnlySpan<byte> name, int flags, out FileStatus status)
    {
        Stat.Statx buffer;
        fixed (byte* p = name)
        {
            if (Syscall.statx(directory, p, flags, Stat.STATX_WANTED, &buffer) < 0)
            {
                status = default;
                return -Marshal.GetLastPInvokeError();
            }
        }

        status = new FileStatus(in buffer);
        return 0;
    }

    private static bool Interrupted() => Marshal.GetLastPInvokeError() == Errno.EINTR;

    private static int OrErrno(int result) => result < 0 ? -Marshal.GetLastPInvokeError() : result;

    private static nint OrErrno(nint result) => result < 0 ? -Marshal.GetLastPInvokeError() : result;
}

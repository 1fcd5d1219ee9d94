using System.Globalization;
using Ferry.Core.Linux.Native;

namespace Ferry.Core.Linux;

/// <summary>Extended attributes by name in an open directory: of the name itself if it is a link, and without the right to read a file.</summary>
internal static unsafe partial class Kernel
{
    // /proc/self/fd/, ten digits, a slash, the longest name, the terminator.
    private const int LongestProcPath = 14 + 10 + 1 + 255 + 1;

    // Whether listxattrat(2) failed as a call that is not there: the kernel is older than 6.13, or a container's filter does not know it.
    private static bool s_lacksListAt;

    public static nint ListAttributes(int directory, ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        if (!Volatile.Read(ref s_lacksListAt))
        {
            var length = ListAttributesAt(directory, name, buffer);
            if (length is not (-Errno.ENOSYS or -Errno.EPERM))
            {
                return length;
            }

            Volatile.Write(ref s_lacksListAt, true);
        }

        Span<byte> path = stackalloc byte[LongestProcPath];
        WriteProcPath(directory, name, path);
        fixed (byte* p = path, q = buffer)
        {
            return OrErrno(Xattr.llistxattr(p, q, (nuint)buffer.Length));
        }
    }

    private static nint ListAttributesAt(int directory, ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        fixed (byte* p = name, q = buffer)
        {
            return OrErrno(Syscall.listxattrat(directory, p, Fcntl.AT_SYMLINK_NOFOLLOW, q, (nuint)buffer.Length));
        }
    }

    public static nint GetAttribute(int directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute, Span<byte> buffer)
    {
        Span<byte> path = stackalloc byte[LongestProcPath];
        WriteProcPath(directory, name, path);
        fixed (byte* p = path, n = attribute, q = buffer)
        {
            return OrErrno(Xattr.lgetxattr(p, n, q, (nuint)buffer.Length));
        }
    }

    /// <summary>The way through /proc resolves no more than the one name either, but takes the kernel several times as long as listxattrat(2).</summary>
    private static void WriteProcPath(int directory, ReadOnlySpan<byte> name, Span<byte> path)
    {
        "/proc/self/fd/"u8.CopyTo(path);
        directory.TryFormat(path[14..], out var digits, provider: CultureInfo.InvariantCulture);
        path[14 + digits] = (byte)'/';
        name.CopyTo(path[(15 + digits)..]);
    }
}

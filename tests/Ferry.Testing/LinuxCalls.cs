using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Ferry.Testing;

/// <summary>The system calls that tests need beyond .NET's own: paths as bytes, nanoseconds, links, attributes.</summary>
internal static unsafe partial class LinuxCalls
{
    public const int SigKill = 9;
    public const int AtFdCwd = -100;
    public const int AtSymlinkNoFollow = 0x100;

    private const int CreateForWriting = 0x1 | 0x40 | 0x200 | 0x80000; // O_WRONLY O_CREAT O_TRUNC O_CLOEXEC

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    /// <summary>Creates or truncates a file; <paramref name="path"/> ends in a zero byte.</summary>
    public static void WriteFile(byte[] path, ReadOnlySpan<byte> content)
    {
        var descriptor = Check(open(path, CreateForWriting, 0b110_100_100), path);
        try
        {
            while (content.Length > 0)
            {
                nint written;
                fixed (byte* start = content) written = Check(write(descriptor, start, content.Length), path);
                content = content[(int)written..];
            }
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    public static void MakeDirectory(byte[] path)
    {
        const int exists = 17;
        if (mkdir(path, 0b111_101_101) != 0 && Marshal.GetLastPInvokeError() != exists) throw Failure(path);
    }

    public static void MakeSymlink(byte[] target, byte[] path) => Check(symlink(target, path), path);

    public static void MakeHardLink(byte[] existing, byte[] path) => Check(link(existing, path), path);

    public static void MakeFifo(byte[] path) => Check(mkfifo(path, 0b110_100_100), path);

    public static void SetMode(byte[] path, int mode) => Check(chmod(path, (uint)mode), path);

    public static void SetAttribute(byte[] path, byte[] name, ReadOnlySpan<byte> value)
    {
        fixed (byte* start = value) Check(lsetxattr(path, name, start, value.Length, 0), path);
    }

    /// <summary>Sets access and modification time of a file, directory or the symbolic link itself.</summary>
    public static void SetTime(byte[] path, long seconds, long nanoseconds)
    {
        ReadOnlySpan<long> times = [seconds, nanoseconds, seconds, nanoseconds];
        fixed (long* start = times) Check(utimensat(AtFdCwd, path, start, AtSymlinkNoFollow), path);
    }

    private static nint Check(nint result, byte[] path) => result >= 0 ? result : throw Failure(path);

    private static int Check(int result, byte[] path) => result >= 0 ? result : throw Failure(path);

    private static IOException Failure(byte[] path)
    {
        var error = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"{System.Text.Encoding.UTF8.GetString(path).TrimEnd('\0')}: {error.Message}", error);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int open(byte[] path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mkdir(byte[] path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int symlink(byte[] target, byte[] path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int link(byte[] existing, byte[] path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mkfifo(byte[] path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int chmod(byte[] path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int lsetxattr(byte[] path, byte[] name, byte* value, nint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int utimensat(int directory, byte[] path, long* times, int flags);
}

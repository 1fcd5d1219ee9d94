using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Ferry.Integration.Tests.Fidelity;

/// <summary>
/// System calls for trees with any names and attributes. A path is a string of Latin-1 characters that stand for its bytes: easy to cut
/// and to compare, whatever the bytes are.
/// </summary>
internal static partial class Posix
{
    private const int OpenReadWrite = 2;

    /// <summary>The path string for ordinary text.</summary>
    public static string FromText(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    public static byte[] Bytes(string path) => Encoding.Latin1.GetBytes(path);

    public static void Rename(string from, string to) => Check(rename(Terminated(from), Terminated(to)), from);

    public static void Unlink(string path) => Check(unlink(Terminated(path)), path);

    public static void Rmdir(string path) => Check(rmdir(Terminated(path)), path);

    public static void Chown(string path, int uid, int gid) => Check(lchown(Terminated(path), uid, gid), path);

    public static void Link(string existing, string path) => Check(link(Terminated(existing), Terminated(path)), path);

    public static void SetMode(string path, int mode) => Check(chmod(Terminated(path), mode), path);

    public static void MakeDirectory(string path) => Check(mkdir(Terminated(path), 0b111_101_101), path);

    public static void Symlink(string target, string path) => Check(symlink(Terminated(target), Terminated(path)), path);

    /// <summary>False where the file system has no such attributes.</summary>
    public static bool TrySetAttribute(string path, string name, byte[] value)
    {
        const int notSupported = 95;
        if (lsetxattr(Terminated(path), Terminated(name), value, value.Length, 0) == 0) return true;
        return Marshal.GetLastPInvokeError() == notSupported ? false : throw Failure(path);
    }

    public static void RemoveAttribute(string path, string name) => _ = lremovexattr(Terminated(path), Terminated(name));

    /// <summary>Opens below a directory (-100: the working directory); the caller closes.</summary>
    public static int Open(int directory, string path, int flags, int mode) => Check(openat(directory, Terminated(path), flags, mode), path);

    public static void MakeDirectoryAt(int directory, string name) => Check(mkdirat(directory, Terminated(name), 0b111_101_101), name);

    public static void Write(int descriptor, byte[] content) => Check((int)write(descriptor, content, content.Length), "write");

    /// <summary>Makes the file this long and all of it a hole but for one piece.</summary>
    public static void WriteHoles(string path, long size, byte[] data, long offset)
    {
        var descriptor = Open(-100, path, OpenReadWrite, 0);
        Check(ftruncate(descriptor, size), path);
        Check((int)pwrite(descriptor, data, Math.Min(data.Length, (nint)(size - offset)), offset), path);
        Close(descriptor);
    }

    public static byte[] Read(string path)
    {
        var descriptor = Open(-100, path, 0, 0);
        var content = File.ReadAllBytes($"/proc/self/fd/{descriptor}");
        Close(descriptor);
        return content;
    }

    /// <summary>Sets access and modification time, of a link itself.</summary>
    public static void SetTime(string path, long seconds, long nanoseconds)
    {
        const int noFollow = 0x100;
        Check(utimensat(-100, Terminated(path), [seconds, nanoseconds, seconds, nanoseconds], noFollow), path);
    }

    public static void Close(int descriptor) => _ = close(descriptor);

    private static byte[] Terminated(string path) => [.. Bytes(path), 0];

    private static int Check(int result, string path) => result >= 0 ? result : throw Failure(path);

    private static IOException Failure(string path) => new($"{path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int rename(byte[] from, byte[] to);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlink(byte[] path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int rmdir(byte[] path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int lchown(byte[] path, int uid, int gid);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int link(byte[] existing, byte[] path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int chmod(byte[] path, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mkdir(byte[] path, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int symlink(byte[] target, byte[] path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int lsetxattr(byte[] path, byte[] name, byte[] value, nint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int lremovexattr(byte[] path, byte[] name);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int openat(int directory, byte[] path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mkdirat(int directory, byte[] path, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, byte[] content, nint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pwrite(int descriptor, byte[] content, nint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ftruncate(int descriptor, long length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int utimensat(int directory, byte[] path, long[] times, int flags);
}

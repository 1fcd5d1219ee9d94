using Ferry.Core.Linux;

namespace Ferry.Core.Probing;

/// <summary>
/// Tries what a file system does with names. Every answer is 0 where that works, else the error number; -1 where the call
/// succeeded and did something else.
/// </summary>
public static class NameTrial
{
    /// <summary>The answer of a call that claims a success that cannot be seen.</summary>
    public const int Lied = -1;

    // NAME_MAX of linux/limits.h.
    private const int LongestName = 255;

    /// <summary>A rename over an existing file: afterwards the new one has the name, and the old name is gone.</summary>
    public static int Replace(ProbeDirectory directory)
    {
        var error = TwoFiles(directory, "replace-a\0"u8, "replace-b\0"u8);
        error = error < 0 ? error : Kernel.Rename(directory.Fd, "replace-a\0"u8, "replace-b\0"u8);
        return error < 0 ? -error
            : Holds(directory, "replace-b\0"u8, "replace-a"u8) && !Exists(directory, "replace-a\0"u8) ? 0 : Lied;
    }

    /// <summary>renameat2(RENAME_NOREPLACE) over an existing file must fail and leave both.</summary>
    public static int RefuseToReplace(ProbeDirectory directory)
    {
        var error = TwoFiles(directory, "keep-a\0"u8, "keep-b\0"u8);
        error = error < 0 ? error : Kernel.RenameToFree(directory.Fd, "keep-a\0"u8, "keep-b\0"u8);
        return error == -Errno.EEXIST
            ? Holds(directory, "keep-b\0"u8, "keep-b"u8) ? 0 : Lied
            : error < 0 ? -error : Lied;
    }

    /// <summary>renameat2(RENAME_EXCHANGE) swaps two files.</summary>
    public static int Exchange(ProbeDirectory directory)
    {
        var error = TwoFiles(directory, "swap-a\0"u8, "swap-b\0"u8);
        error = error < 0 ? error : Kernel.Exchange(directory.Fd, "swap-a\0"u8, "swap-b\0"u8);
        return error < 0 ? -error
            : Holds(directory, "swap-a\0"u8, "swap-b"u8) && Holds(directory, "swap-b\0"u8, "swap-a"u8) ? 0 : Lied;
    }

    /// <summary>A second name for a file.</summary>
    public static int HardLink(ProbeDirectory directory)
    {
        var error = directory.WriteFile("link-a\0"u8);
        error = error < 0 ? error : Kernel.Link(directory.Fd, "link-a\0"u8, directory.Fd, "link-b\0"u8);
        return error < 0 ? -error : Holds(directory, "link-b\0"u8, "link-a"u8) ? 0 : Lied;
    }

    /// <summary>A file without a name (O_TMPFILE) that gets one (linkat).</summary>
    public static int Unnamed(ProbeDirectory directory)
    {
        var fd = Kernel.Open(directory.Fd, ".\0"u8, Kernel.CreateUnnamed, 0x180);
        if (fd < 0)
        {
            return -fd;
        }

        var error = Kernel.Write(fd, "unnamed"u8);
        error = error < 0 ? error : Kernel.LinkOpen(fd, directory.Fd, "unnamed\0"u8);
        Kernel.Close(fd);
        return error < 0 ? -error : Holds(directory, "unnamed\0"u8, "unnamed"u8) ? 0 : Lied;
    }

    /// <summary>A symbolic link that leads nowhere, read back.</summary>
    public static int Symlink(ProbeDirectory directory)
    {
        var error = Kernel.MakeSymlink("no where\0"u8, directory.Fd, "symlink\0"u8);
        Span<byte> target = stackalloc byte[32];
        var length = error < 0 ? error : (int)Kernel.ReadSymlink(directory.Fd, "symlink\0"u8, target);
        return length < 0 ? -length : target[..length].SequenceEqual("no where"u8) ? 0 : Lied;
    }

    /// <summary>Names that differ in letter case alone are two names.</summary>
    public static int LetterCase(ProbeDirectory directory)
    {
        var error = directory.WriteFile("Case\0"u8);
        return error < 0 ? -error : Exists(directory, "case\0"u8) ? Lied : 0;
    }

    /// <summary>A name that is not UTF-8.</summary>
    public static int AnyBytes(ProbeDirectory directory)
    {
        ReadOnlySpan<byte> name = [(byte)'n', 0xE9, 0xFF, 0];
        return -directory.WriteFile(name);
    }

    /// <summary>A name of 255 bytes.</summary>
    public static int Longest(ProbeDirectory directory)
    {
        Span<byte> name = stackalloc byte[LongestName + 1];
        name.Fill((byte)'n');
        name[LongestName] = 0;
        return -directory.WriteFile(name);
    }

    private static int TwoFiles(ProbeDirectory directory, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        var error = directory.WriteFile(one);
        return error < 0 ? error : directory.WriteFile(other);
    }

    private static bool Exists(ProbeDirectory directory, ReadOnlySpan<byte> name) => Kernel.StatusOf(directory.Fd, name, out _) == 0;

    private static bool Holds(ProbeDirectory directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        var fd = Kernel.Open(directory.Fd, name, Kernel.ReadFile);
        if (fd < 0)
        {
            return false;
        }

        Span<byte> buffer = stackalloc byte[64];
        var length = (int)Kernel.Read(fd, buffer);
        Kernel.Close(fd);
        return length >= 0 && buffer[..length].SequenceEqual(content);
    }
}

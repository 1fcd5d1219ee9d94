using Ferry.Core.Linux;

namespace Ferry.Core.Verifying;

/// <summary>Opens files by their paths below a root, through no link.</summary>
internal static class OpenName
{
    /// <summary>The path of the directory, empty for the root, and the name in it.</summary>
    public static (byte[] Directory, byte[] Name) Split(byte[] path)
    {
        var slash = Array.LastIndexOf(path, (byte)'/');
        return (path[..Math.Max(slash, 0)], path[(slash + 1)..]);
    }

    /// <summary>A descriptor, or the negative error number.</summary>
    public static int OpenDirectory(TreeRoot root, ReadOnlySpan<byte> directory, PathBuffer buffer)
    {
        buffer.SetLength(directory.Length);
        directory.CopyTo(buffer.Writable);
        return root.OpenDirectory(buffer);
    }

    /// <summary>Opens a file. A descriptor, or the negative error number.</summary>
    public static int OpenFile(TreeRoot root, byte[] path, int flags, PathBuffer buffer)
    {
        var (directory, name) = Split(path);
        var parent = OpenDirectory(root, directory, buffer);
        if (parent < 0)
        {
            return parent;
        }

        var fd = Kernel.Open(parent, PathText.Terminated(name), flags);
        Kernel.Close(parent);
        return fd;
    }
}

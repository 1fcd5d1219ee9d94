using Ferry.Core.Linux;

namespace Ferry.Core.Storage;

/// <summary>Makes the directories that keys lie in, and removes those that have become empty.</summary>
internal static class LocalDirectories
{
    private const ushort Anybody = 0x1FF;
    private const ushort SetGroup = 0x400;
    private const ushort GroupWrite = 0x10;
    private const ushort GroupAll = 0x38;

    /// <summary>Opens a directory, which is made where it is missing: a descriptor, or the negative error number. -ENOENT if somebody removes it at this moment.</summary>
    public static int OpenOrMake(TreeRoot root, ReadOnlySpan<byte> path)
    {
        var found = Open(root, path);
        if (found != -Errno.ENOENT)
        {
            return found;
        }

        var directory = Kernel.Open(root.Fd, ".\0"u8, Kernel.ReadDirectory);
        foreach (var segment in path.Split((byte)'/'))
        {
            var next = directory < 0 ? directory : OpenOrMakeOne(directory, PathText.Terminated(path[segment]));
            if (directory >= 0)
            {
                Kernel.Close(directory);
            }

            directory = next;
        }

        return directory;
    }

    /// <summary>Opens a directory: a descriptor, or the negative error number.</summary>
    public static int Open(TreeRoot root, ReadOnlySpan<byte> path)
    {
        var buffer = new PathBuffer();
        buffer.SetLength(path.Length);
        path.CopyTo(buffer.Writable);
        return root.OpenDirectory(buffer);
    }

    /// <summary>Removes a directory and those above it, up to the first that is not empty. The root stays.</summary>
    public static void RemoveEmpty(TreeRoot root, ReadOnlySpan<byte> path)
    {
        while (!path.IsEmpty)
        {
            var slash = path.LastIndexOf((byte)'/');
            var name = PathText.Terminated(path[(slash + 1)..]);
            path = slash < 0 ? default : path[..slash];
            var parent = Open(root, path);
            if (parent < 0)
            {
                return;
            }

            var result = Kernel.Remove(parent, name, isDirectory: true);
            Kernel.Close(parent);
            if (result < 0 && result != -Errno.ENOENT)
            {
                return;
            }
        }
    }

    /// <summary>Brings names to storage. Some network and FUSE file systems cannot, and keep them safe in their own way.</summary>
    public static int Sync(int directory)
    {
        var result = Kernel.Sync(directory);
        return result is -Errno.EINVAL or -Errno.EOPNOTSUPP or -Errno.ENOSYS ? 0 : result;
    }

    /// <summary>
    /// In a team's directory (its group may write, and what is made in it gets that group) a new file or directory is the group's as well, whatever the umask
    /// of who happens to make it. Best effort: elsewhere, and for others, the umask has the word.
    /// </summary>
    public static void ShareWithTeam(int made, int directory)
    {
        if (Kernel.StatusOf(directory, out var parent) < 0 || (parent.Permissions & (SetGroup | GroupWrite)) != (SetGroup | GroupWrite)
            || Kernel.StatusOf(made, out var status) < 0 || status.Gid != parent.Gid)
        {
            return;
        }

        const ushort groupExecute = 0x8;
        var isDirectory = status.Kind == EntryKind.Directory;
        var shared = parent.Permissions & (isDirectory ? GroupAll : GroupAll & ~groupExecute);
        _ = Kernel.SetPermissions(made, (ushort)(status.Permissions | shared | (isDirectory ? SetGroup : 0)));
    }

    private static int OpenOrMakeOne(int parent, byte[] name)
    {
        var found = Kernel.Open(parent, name, Kernel.ReadDirectory);
        if (found != -Errno.ENOENT)
        {
            return found;
        }

        var made = Kernel.MakeDirectory(parent, name, Kernel.ForCreation(Anybody));
        if (made < 0 && made != -Errno.EEXIST)
        {
            return made;
        }

        var directory = Kernel.Open(parent, name, Kernel.ReadDirectory);
        if (made == 0 && directory >= 0)
        {
            ShareWithTeam(directory, parent);
            if (Sync(parent) is < 0 and var error)
            {
                Kernel.Close(directory);
                return error;
            }
        }

        return directory;
    }
}

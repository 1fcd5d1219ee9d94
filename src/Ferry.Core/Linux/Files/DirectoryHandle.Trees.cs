using System.Text;

namespace Ferry.Core.Linux;

/// <summary>Removal of whole directories.</summary>
public sealed partial class DirectoryHandle
{
    /// <summary>
    /// Removes a directory with all that is in it, links as such. It disappears in one step; what a killed process then leaves is for <see cref="RemoveLeftovers"/>.
    /// </summary>
    /// <param name="name">The directory; a link or a file of that name is left alone.</param>
    /// <param name="aside">Where it gets a temporary name first; on the same file system.</param>
    /// <returns>False if there was no directory of that name.</returns>
    /// <exception cref="LinuxException">It could not be removed.</exception>
    public bool RemoveTree(string name, DirectoryHandle aside)
    {
        if (StatusOf(name) is not { Kind: EntryKind.Directory })
        {
            return false;
        }

        Span<byte> buffer = stackalloc byte[TemporaryName.MaxLength];
        var temporary = TemporaryName.Next(buffer);
        Kernel.OrThrow(Kernel.Move(Fd, ToName(name), aside.Fd, temporary), "rename", PathOf(name));
        aside.RemoveAll(Encoding.ASCII.GetString(temporary[..^1]));
        return true;
    }

    /// <summary>Removes what killed processes left in this directory under temporary names. Another process may be at the directories: that does no harm.</summary>
    /// <param name="filesBefore">Files that were written to later stay: somebody may be about to rename them.</param>
    /// <exception cref="LinuxException">Something could not be removed.</exception>
    public void RemoveLeftovers(Timestamp filesBefore)
    {
        foreach (var bytes in ListBytes(TemporaryName.IsTemporary))
        {
            var name = Encoding.UTF8.GetString(bytes.AsSpan()[..^1]);
            if (StatusOf(name) is { Kind: EntryKind.Directory })
            {
                RemoveAll(name);
            }
            else if (StatusOf(name) is { } status && status.Modified < filesBefore)
            {
                Remove(name);
            }
        }
    }

    private void RemoveAll(string name)
    {
        using (var directory = TryOpen(name))
        {
            directory?.RemoveContents();
        }

        RemoveDirectory(name);
    }

    private void RemoveContents()
    {
        foreach (var name in ListBytes(static _ => true))
        {
            var result = Kernel.Remove(Fd, name);
            if (result is -Errno.EISDIR or -Errno.EPERM)
            {
                RemoveInner(name);
            }
            else if (result != -Errno.ENOENT)
            {
                Kernel.OrThrow(result, "unlink", Path);
            }
        }
    }

    private void RemoveInner(byte[] name)
    {
        var fd = Kernel.OrThrow(Kernel.Open(Fd, name, Kernel.ReadDirectory), "open", Path);
        using (var inner = new DirectoryHandle(TreeRoot.Adopt(fd, System.IO.Path.Join(Path, PathText.Display(name.AsSpan()[..^1])))))
        {
            inner.RemoveContents();
        }

        Kernel.OrThrow(Kernel.Remove(Fd, name, isDirectory: true), "rmdir", Path);
    }
}

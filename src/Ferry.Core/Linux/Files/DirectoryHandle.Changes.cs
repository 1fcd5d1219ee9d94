using Ferry.Core.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Core.Linux;

/// <summary>Changes of names in an open directory. None of them follows a link, or replaces a directory.</summary>
public sealed partial class DirectoryHandle
{
    // What the umask is taken from.
    private const ushort AllRights = 0x1FF;

    /// <summary>Opens a directory below this one, and makes what is missing of its path, with the rights that the user's umask leaves.</summary>
    /// <param name="relativePath">Components without "..".</param>
    /// <exception cref="LinuxException">There is a link (ELOOP) or something else (ENOTDIR) in the way, or it cannot be made.</exception>
    public DirectoryHandle Ensure(string relativePath)
    {
        if (TryOpen(relativePath) is { } found)
        {
            return found;
        }

        DirectoryHandle? parent = null;
        try
        {
            foreach (var component in relativePath.Split('/'))
            {
                var next = (parent ?? this).EnsureOne(component);
                parent?.Dispose();
                parent = next;
            }

            return parent!;
        }
        catch
        {
            parent?.Dispose();
            throw;
        }
    }

    /// <summary>Writes a small file: the name has the old contents or the new, also after a crash.</summary>
    /// <param name="name">May have a file, or a link, which is replaced.</param>
    /// <param name="contents">All of it.</param>
    /// <param name="aside">Where the file is while it has a temporary name, on the same file system; null for here.</param>
    /// <exception cref="LinuxException">A step failed; the old contents stay in force. EISDIR: there is a directory.</exception>
    public void WriteFile(string name, ReadOnlySpan<byte> contents, DirectoryHandle? aside = null)
    {
        using var file = NewFile.Create(this, name, aside ?? this);
        file.Write(contents);
        file.Commit();
    }

    /// <summary>Copies all of an open file: the name has the old contents or the new, also after a crash.</summary>
    /// <param name="source">Is read from its start.</param>
    /// <param name="name">May have a file, or a link, which is replaced.</param>
    /// <param name="aside">As in <see cref="WriteFile"/>.</param>
    /// <exception cref="IOException">A step failed; the old contents stay in force.</exception>
    public void CopyFile(SafeFileHandle source, string name, DirectoryHandle aside)
    {
        using var file = NewFile.Create(this, name, aside);
        var buffer = new byte[1024 * 1024];
        var offset = 0L;
        int read;
        while ((read = RandomAccess.Read(source, buffer, offset)) > 0)
        {
            file.Write(buffer.AsSpan(0, read));
            offset += read;
        }

        file.Commit();
    }

    /// <summary>Makes a file that is read and written, with the rights that the user's umask leaves.</summary>
    /// <exception cref="LinuxException">The name is taken (EEXIST), or it cannot be made.</exception>
    public SafeFileHandle CreateFile(string name)
    {
        var flags = (Kernel.CreateFile & ~Fcntl.O_WRONLY) | Fcntl.O_RDWR;
        var mode = Kernel.SharedFilePermissions;
        return new SafeFileHandle(Kernel.OrThrow(Kernel.Open(Fd, ToName(name), flags, mode), "open", PathOf(name)), ownsHandle: true);
    }

    /// <summary>Opens a file to go on writing it.</summary>
    /// <exception cref="LinuxException">There is none of that name (ENOENT), it is a link (ELOOP), or cannot be written.</exception>
    public SafeFileHandle UpdateFile(string name) =>
        new(Kernel.OrThrow(Kernel.Open(Fd, ToName(name), Kernel.UpdateFile), "open", PathOf(name)), ownsHandle: true);

    /// <summary>Waits until the bytes of an open file are on storage.</summary>
    /// <param name="file">Open for writing.</param>
    /// <param name="name">For messages.</param>
    /// <exception cref="LinuxException">They are not.</exception>
    public static void Sync(SafeFileHandle file, string name) => Kernel.OrThrow(Kernel.Sync((int)file.DangerousGetHandle()), "fsync", name);

    /// <summary>Makes a link, in the place of a file or link if there is one.</summary>
    /// <param name="target">What it says.</param>
    /// <param name="name">Its name.</param>
    /// <param name="aside">As in <see cref="WriteFile"/>; needed only where the name is taken.</param>
    /// <exception cref="LinuxException">It cannot be made: EPERM or EOPNOTSUPP where the file system has no links.</exception>
    public void MakeLink(string target, string name, DirectoryHandle aside)
    {
        var text = PathText.ToTerminated(target);
        var result = Kernel.MakeSymlink(text, Fd, ToName(name));
        if (result == -Errno.EEXIST)
        {
            Span<byte> buffer = stackalloc byte[TemporaryName.MaxLength];
            var temporary = TemporaryName.Next(buffer);
            Kernel.OrThrow(Kernel.MakeSymlink(text, aside.Fd, temporary), "symlink", PathOf(name));
            MoveHere(aside, temporary, name);
        }
        else
        {
            Kernel.OrThrow(result, "symlink", PathOf(name));
        }
    }

    /// <summary>Gives a file of another directory a second name here, in the place of a file or link if there is one.</summary>
    /// <param name="directory">Where the file is.</param>
    /// <param name="existing">Its name there.</param>
    /// <param name="name">The second name.</param>
    /// <param name="aside">As in <see cref="WriteFile"/>; needed only where the name is taken.</param>
    /// <exception cref="LinuxException">It cannot be done: EXDEV, EPERM, EMLINK or EOPNOTSUPP where the file systems do not allow it.</exception>
    public void MakeHardLink(DirectoryHandle directory, string existing, string name, DirectoryHandle aside)
    {
        var result = Kernel.Link(directory.Fd, ToName(existing), Fd, ToName(name));
        if (result == -Errno.EEXIST)
        {
            Span<byte> buffer = stackalloc byte[TemporaryName.MaxLength];
            var temporary = TemporaryName.Next(buffer);
            Kernel.OrThrow(Kernel.Link(directory.Fd, ToName(existing), aside.Fd, temporary), "link", PathOf(name));
            MoveHere(aside, temporary, name);
            // Renaming to another name of the same file does nothing, and leaves both.
            _ = Kernel.Remove(aside.Fd, temporary);
        }
        else
        {
            Kernel.OrThrow(result, "link", PathOf(name));
        }
    }

    /// <summary>Gives something in this directory another name, in the place of what has that.</summary>
    /// <exception cref="LinuxException">It cannot be done: ENOENT, or EISDIR and others for a directory in the way.</exception>
    public void Rename(string from, string to) => Kernel.OrThrow(Kernel.Rename(Fd, ToName(from), ToName(to)), "rename", PathOf(to));

    /// <summary>Removes a file or link.</summary>
    /// <returns>False if there was none.</returns>
    /// <exception cref="LinuxException">It is a directory, or cannot be removed.</exception>
    public bool Remove(string name)
    {
        var result = Kernel.Remove(Fd, ToName(name));
        return result != -Errno.ENOENT && Kernel.OrThrow(result, "unlink", PathOf(name)) == 0;
    }

    /// <summary>Removes an empty directory.</summary>
    /// <returns>False if it was not there, or is not empty.</returns>
    /// <exception cref="LinuxException">It is no directory, or cannot be removed.</exception>
    public bool RemoveDirectory(string name)
    {
        var result = Kernel.Remove(Fd, ToName(name), isDirectory: true);
        return result is not (-Errno.ENOENT or -Errno.ENOTEMPTY or -Errno.EEXIST) && Kernel.OrThrow(result, "rmdir", PathOf(name)) == 0;
    }

    /// <summary>Waits until its names are on storage.</summary>
    /// <exception cref="LinuxException">They are not.</exception>
    public void Sync()
    {
        var result = Kernel.Sync(Fd);
        // Some network and FUSE file systems cannot sync a directory, and keep names safe in their own way.
        if (result is not (-Errno.EINVAL or -Errno.EOPNOTSUPP or -Errno.ENOSYS))
        {
            Kernel.OrThrow(result, "fsync", Path);
        }
    }

    /// <summary>Waits until all that was written to its file system is on storage.</summary>
    /// <exception cref="LinuxException">It is not.</exception>
    public void SyncFileSystem() => _root.Sync();

    private DirectoryHandle EnsureOne(string component)
    {
        var path = PathOf(component);
        var name = ToName(component);
        var made = Kernel.MakeDirectory(Fd, name, (ushort)(AllRights & ~Kernel.UserUmask));
        if (made != -Errno.EEXIST)
        {
            Kernel.OrThrow(made, "mkdir", path);
        }

        return new DirectoryHandle(TreeRoot.Adopt(Kernel.OrThrow(Kernel.Open(Fd, name, Kernel.ReadDirectory), "open", path), path));
    }

    private void MoveHere(DirectoryHandle aside, ReadOnlySpan<byte> temporary, string name)
    {
        var result = Kernel.Move(aside.Fd, temporary, Fd, ToName(name));
        if (result < 0)
        {
            _ = Kernel.Remove(aside.Fd, temporary);
            Kernel.OrThrow(result, "rename", PathOf(name));
        }
    }

    /// <summary>A file under a temporary name.</summary>
    private readonly ref struct NewFile : IDisposable
    {
        private readonly DirectoryHandle _directory;
        private readonly DirectoryHandle _aside;
        private readonly string _name;
        private readonly byte[] _temporary;
        private readonly int _fd;

        private NewFile(DirectoryHandle directory, DirectoryHandle aside, string name, byte[] temporary, int fd) =>
            (_directory, _aside, _name, _temporary, _fd) = (directory, aside, name, temporary, fd);

        public static NewFile Create(DirectoryHandle directory, string name, DirectoryHandle aside)
        {
            Span<byte> buffer = stackalloc byte[TemporaryName.MaxLength];
            var temporary = TemporaryName.Next(buffer).ToArray();
            var fd = Kernel.OrThrow(Kernel.Open(aside.Fd, temporary, Kernel.CreateFile, Kernel.SharedFilePermissions), "open", directory.PathOf(name));
            return new NewFile(directory, aside, name, temporary, fd);
        }

        public void Write(ReadOnlySpan<byte> contents) => Kernel.OrThrow(Kernel.Write(_fd, contents), "write", _directory.PathOf(_name));

        public void Commit()
        {
            Kernel.OrThrow(Kernel.Sync(_fd), "fsync", _directory.PathOf(_name));
            _directory.MoveHere(_aside, _temporary, _name);
            _directory.Sync();
        }

        public void Dispose()
        {
            Kernel.Close(_fd);
            // After a commit there is none.
            _ = Kernel.Remove(_aside.Fd, _temporary);
        }
    }
}

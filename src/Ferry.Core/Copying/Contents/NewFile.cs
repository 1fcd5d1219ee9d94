using Ferry.Core.Linux;

namespace Ferry.Core.Copying;

/// <summary>
/// A file of the target while it is being written: without any name where the file system can do that, so that a kill leaves nothing,
/// else under a temporary name. <see cref="Publish"/> gives it its own name in one step.
/// </summary>
internal struct NewFile
{
    private readonly int _directory;
    private readonly ReadOnlyMemory<byte> _temporaryName;
    private readonly bool _isNamed;

    private readonly ulong _inode;

    private NewFile(int fd, int directory, ReadOnlyMemory<byte> temporaryName, bool isNamed, ulong inode = 0)
    {
        Fd = fd;
        _directory = directory;
        _temporaryName = temporaryName;
        _isNamed = isNamed;
        _inode = inode;
    }

    /// <summary>Open for writing, or the negative error number of the attempt to make it.</summary>
    public int Fd { get; private set; }

    /// <summary>It was begun by an earlier run: besides contents it may have mode, owner, attributes and times already.</summary>
    public bool IsTakenOver { get; private init; }

    /// <summary>Makes a file in <paramref name="directory"/>.</summary>
    /// <param name="context">Remembers whether the file system has files without names.</param>
    /// <param name="directory">The target's directory.</param>
    /// <param name="permissions">Ordinary permission bits.</param>
    /// <param name="nameBuffer">Room for a temporary name, kept as long as the file.</param>
    public static NewFile Create(CopyContext context, int directory, uint permissions, byte[] nameBuffer)
    {
        var temporaryName = nameBuffer.AsMemory(0, TemporaryName.Next(nameBuffer).Length);
        if (context.HasUnnamedFiles)
        {
            var fd = Kernel.Open(directory, ".\0"u8, Kernel.CreateUnnamed, permissions);
            if (!IsRefusal(fd))
            {
                return new NewFile(fd, directory, temporaryName, isNamed: false);
            }

            context.HasUnnamedFiles = false;
        }

        return new NewFile(Kernel.Open(directory, temporaryName.Span, Kernel.CreateFile, permissions), directory, temporaryName, isNamed: true);
    }

    /// <summary>As <see cref="Create"/>, but under this temporary name, that it keeps when this process is killed.</summary>
    public static NewFile CreateNamed(int directory, uint permissions, ReadOnlyMemory<byte> temporaryName)
    {
        var fd = Kernel.Open(directory, temporaryName.Span, Kernel.CreateFile, permissions);
        return new NewFile(fd, directory, temporaryName, isNamed: true, InodeOf(fd));
    }

    /// <summary>Goes on with a file that another process has begun.</summary>
    /// <param name="fd">Open for writing and reading.</param>
    /// <param name="directory">The target's directory.</param>
    /// <param name="temporaryName">Its name now.</param>
    public static NewFile TakeOver(int fd, int directory, ReadOnlyMemory<byte> temporaryName) =>
        new(fd, directory, temporaryName, isNamed: true, InodeOf(fd)) { IsTakenOver = true };

    /// <summary>True when the temporary name is no longer this file's: another process has taken it over, or for a leftover.</summary>
    public readonly bool HasLostName()
    {
        if (_inode == 0)
        {
            return false;
        }

        var result = Kernel.StatusOf(_directory, _temporaryName.Span, out var found);
        return result == -Errno.ENOENT || (result == 0 && found.Inode != _inode);
    }

    /// <summary>Closes the file and gives it its final name, in place of what has it now. 0, or the negative error number.</summary>
    public int Publish(CopyContext context, ReadOnlySpan<byte> name)
    {
        return _isNamed ? CloseAndRename(name) : LinkAndClose(context, name);
    }

    /// <summary>
    /// As <see cref="Publish"/>, but only in place of a known version, or under a name that is free. 0; -EEXIST if the name has something
    /// else by now; or another negative error number.
    /// </summary>
    public int PublishGuarded(CopyContext context, ReadOnlySpan<byte> name, FileStatus? known)
    {
        var isLinkedToName = !_isNamed && known is null;
        var result = _isNamed ? 0 : Kernel.LinkOpen(Fd, _directory, isLinkedToName ? name : _temporaryName.Span);
        if (!_isNamed && IsRefusedName(result))
        {
            context.HasUnnamedFiles = false;
            result = -Errno.EAGAIN;
        }

        var closed = Kernel.CloseWritten(Fd);
        Fd = -1;
        if (result >= 0 && closed < 0)
        {
            _ = Kernel.Remove(_directory, isLinkedToName ? name : _temporaryName.Span);
            return closed;
        }

        return result < 0 || isLinkedToName ? result
            : known is { } version ? GuardedRename.Replace(_directory, _temporaryName.Span, name, version)
            : GuardedRename.TakeFree(_directory, _temporaryName.Span, name);
    }

    /// <summary>Closes the file and leaves it under its temporary name.</summary>
    public void Leave()
    {
        Kernel.Close(Fd);
        Fd = -1;
    }

    /// <summary>Closes and removes the file.</summary>
    public void Discard()
    {
        Kernel.Close(Fd);
        Fd = -1;
        if (_isNamed)
        {
            _ = Kernel.Remove(_directory, _temporaryName.Span);
        }
    }

    /// <summary>NFS and quotas report failed writes at close, so that comes before the name.</summary>
    private int CloseAndRename(ReadOnlySpan<byte> name)
    {
        var result = Kernel.CloseWritten(Fd);
        Fd = -1;
        result = result < 0 ? result : Kernel.Rename(_directory, _temporaryName.Span, name);
        if (result < 0)
        {
            _ = Kernel.Remove(_directory, _temporaryName.Span);
        }

        return result;
    }

    private int LinkAndClose(CopyContext context, ReadOnlySpan<byte> name)
    {
        var result = Kernel.LinkOpen(Fd, _directory, name);
        if (result == -Errno.EEXIST)
        {
            result = Kernel.LinkOpen(Fd, _directory, _temporaryName.Span);
            result = result < 0 ? result : Kernel.Rename(_directory, _temporaryName.Span, name);
            if (result < 0)
            {
                _ = Kernel.Remove(_directory, _temporaryName.Span);
            }
        }
        else if (IsRefusedName(result))
        {
            // Such a file cannot be given a name here (no /proc, an odd file system): the next attempt uses temporary names.
            context.HasUnnamedFiles = false;
            result = -Errno.EAGAIN;
        }

        Kernel.Close(Fd);
        Fd = -1;
        return result;
    }

    private static ulong InodeOf(int fd) => fd >= 0 && Kernel.StatusOf(fd, out var status) == 0 ? status.Inode : 0;

    private static bool IsRefusedName(int result) => IsRefusal(result) || result is -Errno.ENOENT or -Errno.EPERM;

    private static bool IsRefusal(int result) => result is -Errno.EOPNOTSUPP or -Errno.EISDIR or -Errno.EINVAL or -Errno.ENOSYS;
}

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

    private NewFile(int fd, int directory, ReadOnlyMemory<byte> temporaryName, bool isNamed)
    {
        Fd = fd;
        _directory = directory;
        _temporaryName = temporaryName;
        _isNamed = isNamed;
    }

    /// <summary>Open for writing, or the negative error number of the attempt to make it.</summary>
    public int Fd { get; private set; }

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

    private static bool IsRefusedName(int result) => IsRefusal(result) || result is -Errno.ENOENT or -Errno.EPERM;

    private static bool IsRefusal(int result) => result is -Errno.EOPNOTSUPP or -Errno.EISDIR or -Errno.EINVAL or -Errno.ENOSYS;
}

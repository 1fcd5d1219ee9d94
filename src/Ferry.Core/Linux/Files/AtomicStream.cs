using System.Text;
using Ferry.Core.Linux.Native;

namespace Ferry.Core.Linux;

/// <summary>
/// A file of any length that is written under a temporary name and gets its own when <see cref="Commit"/> has made it safe: a reader sees the
/// old contents or the new, also after a crash. Disposed without that, it leaves nothing. Not buffered.
/// </summary>
public sealed class AtomicStream : Stream
{
    private readonly string _path;
    private readonly string _temporary;
    private int _fd;

    private AtomicStream(string path, string temporary, int fd) => (_path, _temporary, _fd) = (path, temporary, fd);

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <summary>Begins a file.</summary>
    /// <param name="path">The final name; its directory must exist.</param>
    /// <param name="permissions">Permission bits, whatever the umask says; null for what the user's umask leaves of 0666.</param>
    /// <exception cref="LinuxException">It cannot be made there.</exception>
    public static AtomicStream Create(string path, ushort? permissions = null)
    {
        var directory = Path.GetDirectoryName(path) ?? throw new ArgumentException("a directory has no contents", nameof(path));
        Span<byte> name = stackalloc byte[TemporaryName.MaxLength];
        var temporary = Path.Combine(directory, Encoding.ASCII.GetString(TemporaryName.Next(name)[..^1]));
        var mode = permissions ?? Kernel.SharedFilePermissions;
        var fd = Kernel.OrThrow(Kernel.Open(Fcntl.AT_FDCWD, PathText.ToTerminated(temporary), Kernel.CreateFile, mode), "open", path);
        var file = new AtomicStream(path, temporary, fd);
        try
        {
            Kernel.OrThrow(Kernel.SetPermissions(fd, mode), "fchmod", temporary);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="LinuxException">The bytes could not be written.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_fd < 0, this);
        Kernel.OrThrow(Kernel.Write(_fd, buffer), "write", _path);
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Brings what was written to storage and gives the file its name.</summary>
    /// <exception cref="LinuxException">A step failed; what had the name before has it still.</exception>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(_fd < 0, this);
        Kernel.OrThrow(Kernel.Sync(_fd), "fsync", _path);
        var closed = Kernel.CloseWritten(_fd);
        _fd = -1;
        try
        {
            Kernel.OrThrow(closed, "close", _path);
            AtomicFile.Rename(_temporary, _path);
        }
        catch
        {
            RemoveTemporary();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_fd >= 0)
        {
            Kernel.Close(_fd);
            _fd = -1;
            RemoveTemporary();
        }

        base.Dispose(disposing);
    }

    private void RemoveTemporary() => _ = Kernel.Remove(Fcntl.AT_FDCWD, PathText.ToTerminated(_temporary));
}

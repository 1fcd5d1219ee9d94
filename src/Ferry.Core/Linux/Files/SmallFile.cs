namespace Ferry.Core.Linux;

/// <summary>
/// A file that is read once from its start to its end. It does what <see cref="File.OpenHandle"/> does in a tenth of the time that
/// the first such call takes in a fresh process, which matters for the configuration: every command starts with it.
/// </summary>
public sealed class SmallFile : IDisposable
{
    private int _descriptor;

    private SmallFile(int descriptor) => _descriptor = descriptor;

    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">Its path; links are followed.</param>
    /// <returns>The file, or null if there is none of that name.</returns>
    /// <exception cref="IOException">It is there and cannot be opened; the message is the system's reason.</exception>
    public static SmallFile? TryOpen(string path)
    {
        var flags = Native.Fcntl.O_RDONLY | Native.Fcntl.O_CLOEXEC | Native.Fcntl.O_NONBLOCK;
        var descriptor = Kernel.Open(Native.Fcntl.AT_FDCWD, PathText.ToTerminated(path), flags);
        return descriptor switch
        {
            >= 0 => new SmallFile(descriptor),
            -Errno.ENOENT or -Errno.ENOTDIR => null,
            _ => throw Failure(-descriptor),
        };
    }

    /// <summary>The facts of the open file: unlike those of a path they cannot change hands between two looks.</summary>
    public PathFacts? Facts => PathFacts.Of(_descriptor);

    /// <summary>Reads the next bytes; 0 at the end.</summary>
    /// <exception cref="IOException">The file cannot be read, for instance because it is a directory.</exception>
    public int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_descriptor < 0, this);
        var read = (int)Kernel.Read(_descriptor, buffer);
        return read >= 0 ? read : throw Failure(-read);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            Kernel.Close(_descriptor);
        }

        _descriptor = -1;
    }

    private static IOException Failure(int errno) => new(Errno.Describe(errno), errno);
}

using System.Runtime.InteropServices;
using Ferry.Core.Linux.Native;

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
    /// <param name="path">Its path.</param>
    /// <returns>The file, or null if there is none of that name.</returns>
    /// <exception cref="IOException">It is there and cannot be opened; the message is the system's reason.</exception>
    public static SmallFile? TryOpen(string path)
    {
        int descriptor;
        do
            descriptor = PathCalls.Open(path, PathCalls.O_RDONLY | PathCalls.O_CLOEXEC | PathCalls.O_NOCTTY);
        while (descriptor < 0 && Marshal.GetLastPInvokeError() == PathCalls.EINTR);
        if (descriptor >= 0)
            return new SmallFile(descriptor);
        return Marshal.GetLastPInvokeError() is PathCalls.ENOENT or PathCalls.ENOTDIR ? null : throw LastError();
    }

    /// <summary>The facts of the open file: unlike those of a path they cannot change hands between two looks.</summary>
    public PathFacts? Facts => PathFacts.Of(_descriptor);

    /// <summary>Reads the next bytes; 0 at the end.</summary>
    /// <exception cref="IOException">The file cannot be read, for instance because it is a directory.</exception>
    public unsafe int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_descriptor < 0, this);
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var read = PathCalls.Read(_descriptor, start, buffer.Length);
                if (read >= 0)
                    return (int)read;
                if (Marshal.GetLastPInvokeError() != PathCalls.EINTR)
                    throw LastError();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor >= 0)
            _ = PathCalls.Close(_descriptor);
        _descriptor = -1;
    }

    private static IOException LastError()
    {
        var errno = Marshal.GetLastPInvokeError();
        return new IOException(Marshal.GetPInvokeErrorMessage(errno), errno);
    }
}

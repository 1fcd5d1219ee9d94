using Ferry.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Workloads.HuggingFace.Push.Blobs;

/// <summary>A range of an open file; the file stays open when it is closed.</summary>
internal sealed class LocalContentStream(SafeFileHandle file, ByteRange range, string path) : BodyStream
{
    private long _done;

    /// <summary>Reads at a place that the file is known to have.</summary>
    /// <returns>1 or more; 0 for an empty buffer.</returns>
    /// <exception cref="IOException">It cannot be read, or ends before.</exception>
    public static int ReadAt(SafeFileHandle file, Span<byte> buffer, long offset, string path)
    {
        try
        {
            var read = RandomAccess.Read(file, buffer, offset);
            return read > 0 || buffer.IsEmpty ? read : throw new EndOfStreamException($"{path}: became shorter while it was read");
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException and not EndOfStreamException))
        {
            throw new IOException($"{path}: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var wanted = (int)Math.Min(buffer.Length, range.Length - _done);
        var read = wanted == 0 ? 0 : ReadAt(file, buffer[..wanted], range.Offset + _done, path);
        _done += read;
        return read;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // From the page cache as a rule, where it was read to be hashed: a thread of its own would cost more than it.
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }
}

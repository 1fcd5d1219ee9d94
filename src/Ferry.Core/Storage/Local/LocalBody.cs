using Ferry.Core.Linux;

namespace Ferry.Core.Storage;

/// <summary>A range of an open file. What has the file's name meanwhile does not matter.</summary>
internal sealed class LocalBody(int fd, ByteRange range, string key, LocalFailures failures, CancellationToken cancellation) : BodyStream
{
    private int _fd = fd;
    private long _done;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_fd < 0, this);
        cancellation.ThrowIfCancellationRequested();
        var wanted = (int)Math.Min(buffer.Length, range.Length - _done);
        if (wanted == 0)
        {
            return 0;
        }

        var read = failures.OrThrow((int)Kernel.ReadAt(_fd, buffer[..wanted], range.Offset + _done), "pread", key);
        if (read == 0)
        {
            throw failures.Because(StoreError.Transient, key, $"shorter than it was: it ends at byte {range.Offset + _done}");
        }

        _done += read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (_fd >= 0)
        {
            Kernel.Close(_fd);
            _fd = -1;
        }

        base.Dispose(disposing);
    }
}

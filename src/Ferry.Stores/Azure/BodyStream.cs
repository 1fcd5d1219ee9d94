using System.Security.Cryptography;
using Ferry.Core.Storage;

namespace Ferry.Stores.Azure;

/// <summary>The body of an answer: as long as was promised, or it fails.</summary>
/// <param name="body">What comes.</param>
/// <param name="length">How many bytes were promised; null where that was not told.</param>
/// <param name="md5">Their digest; null where it is not known.</param>
/// <param name="answer">What the body belongs to, and is closed with it.</param>
/// <param name="place">Store and key.</param>
internal sealed class BodyStream(Stream body, long? length, byte[]? md5, AzureAnswer answer, string place) : Stream
{
    private readonly IncrementalHash? _hash = md5 is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length ?? throw new NotSupportedException();

    public override long Position { get => _read; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (length is { } all && buffer.Length > all - _read) buffer = buffer[..(int)(all - _read)];
        if (buffer.Length == 0) return 0;
        var count = await ReadBodyAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (count == 0 && length is not null) throw new StoreException(StoreError.Transient, $"{place}: the answer broke off after {_read} of {length} bytes");
        _hash?.AppendData(buffer.Span[..count]);
        _read += count;
        if (_read == length && _hash is not null && !_hash.GetHashAndReset().AsSpan().SequenceEqual(md5))
            throw new StoreException(StoreError.Integrity, $"{place}: other bytes arrived than the service has");
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
            answer.Dispose();
            _hash?.Dispose();
        }
        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        var guard = answer.Guard;
        guard.Restart();
        using var registration = cancellation.UnsafeRegister(static g => ((StallGuard)g!).Cancel(), guard);
        try
        {
            return await body.ReadAsync(buffer, guard.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (AzureClient.Explain(e, guard, place) is { } explained)
        {
            throw explained;
        }
        finally
        {
            // Whoever reads may take time between two reads.
            guard.Pause();
        }
    }
}

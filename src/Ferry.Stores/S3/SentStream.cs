using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Ferry.Core.Storage;

namespace Ferry.Stores.S3;

/// <summary>
/// A range of content on its way to the server. The SDK reads it twice: synchronously for the digest that it signs, and then, from the beginning again, to send it;
/// only the latter is told to the caller's progress. Nothing of it is held in memory.
/// </summary>
/// <remarks>
/// The first pass never throws: the SDK keeps a hasher for each thread, and one that a failure left half done would give the next request on that thread a wrong digest.
/// What fails ends the pass early, and the second one before its first byte.
/// </remarks>
internal sealed class SentStream(ObjectContent content, ByteRange range, Action<long>? progress, StallGuard guard) : Stream
{
    private readonly bool _isWhole = range.Length == content.Length;
    private Stream? _source;
    private IncrementalHash? _digest;
    private long _position;
    private long _told;

    private ExceptionDispatchInfo? _failure;

    /// <summary>Why the content could not be read, if that was it.</summary>
    public IOException? ReadFailure => _failure?.SourceException as IOException;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => range.Length;

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>The bytes were sent in vain: takes them back from the caller's progress.</summary>
    public void TakeBack()
    {
        if (_told > 0) progress?.Invoke(-_told);
        _told = 0;
    }

    public override int Read(Span<byte> buffer)
    {
        if (_failure is not null || guard.Token.IsCancellationRequested) return 0;
        try
        {
            var read = Count(Source().Read(buffer[..Within(buffer.Length)]), buffer.Length);
            Check(buffer[..read]);
            return read;
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
            return 0;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _failure?.Throw();
        guard.Token.ThrowIfCancellationRequested();
        try
        {
            var read = Count(await Source().ReadAsync(buffer[..Within(buffer.Length)], cancellationToken).ConfigureAwait(false), buffer.Length);
            _told += read;
            if (read > 0) progress?.Invoke(read);
            return read;
        }
        catch (IOException e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
            throw;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin)
    {
        if (origin != SeekOrigin.Begin || (offset != 0 && offset != _position)) throw new NotSupportedException();
        if (offset == _position) return offset;
        CloseSource();
        return _position = 0;
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            CloseSource();
            _digest?.Dispose();
        }

        base.Dispose(disposing);
    }

    private Stream Source() => _source ??= content.Open(range);

    private void CloseSource()
    {
        _source?.Dispose();
        _source = null;
    }

    private int Within(int wanted) => (int)Math.Min(wanted, range.Length - _position);

    private int Count(int read, int wanted)
    {
        if (read == 0 && wanted > 0 && _position < range.Length)
            throw new IOException($"it ended {range.Length - _position} bytes early: it was changed while it was read");
        _position += read;
        guard.Restart();
        return read;
    }

    /// <summary>What is signed must have the digest that the content is known by, lest other bytes go up under its name.</summary>
    private void Check(ReadOnlySpan<byte> read)
    {
        if (!_isWhole || content.Sha256 is not { } known) return;
        _digest ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _digest.AppendData(read);
        if (_position < range.Length || read.Length == 0) return;
        if (!_digest.GetHashAndReset().AsSpan().SequenceEqual(known.Span)) throw new IOException("it was changed after it was hashed");
    }
}

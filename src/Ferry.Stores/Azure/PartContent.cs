using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using Ferry.Core.Storage;

namespace Ferry.Stores.Azure;

/// <summary>A range of an object as the body of a request. It is read twice, for its digest and to be sent, and never held whole.</summary>
internal sealed class PartContent : HttpContent
{
    private const int BufferBytes = 128 << 10;
    private readonly ObjectContent _content;
    private readonly ByteRange _range;
    private readonly SentBytes _sent;

    private PartContent(ObjectContent content, ByteRange range, SentBytes sent, byte[] md5)
    {
        (_content, _range, _sent) = (content, range, sent);
        Headers.ContentMD5 = md5;
        Headers.ContentLength = range.Length;
    }

    /// <summary>Is called whenever bytes were sent.</summary>
    public Action? Moved { get; set; }

    /// <summary>Why the object could not be read: no fault of the store.</summary>
    public Exception? SourceFailure { get; private set; }

    /// <summary>Reads the range once, for the digest by which the service refuses what was damaged on the way.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static async Task<PartContent> CreateAsync(ObjectContent content, ByteRange range, SentBytes sent, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        await ReadAsync(content, range, bytes =>
        {
            hash.AppendData(bytes.Span);
            return ValueTask.CompletedTask;
        }, cancellation).ConfigureAwait(false);
        return new PartContent(content, range, sent, hash.GetHashAndReset());
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        long sent = 0;
        var sending = false;
        try
        {
            await ReadAsync(_content, _range, async bytes =>
            {
                sending = true;
                await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
                sending = false;
                sent += bytes.Length;
                _sent.Add(bytes.Length);
                Moved?.Invoke();
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _sent.Add(-sent);
            if (!sending && e is not OperationCanceledException) SourceFailure = e;
            throw;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _range.Length;
        return true;
    }

    private static async Task ReadAsync(
        ObjectContent content, ByteRange range, Func<ReadOnlyMemory<byte>, ValueTask> take, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(range.Length, 1, BufferBytes));
        try
        {
            using var source = content.Open(range);
            var left = range.Length;
            while (left > 0)
            {
                var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellation).ConfigureAwait(false);
                if (read == 0) throw new EndOfStreamException($"the content ends {left} bytes early: it has changed meanwhile");
                left -= read;
                await take(buffer.AsMemory(0, read)).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

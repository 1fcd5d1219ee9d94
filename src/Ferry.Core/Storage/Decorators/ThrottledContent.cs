using Ferry.Core.Concurrency;

namespace Ferry.Core.Storage;

/// <summary>Content that is handed out no faster than a limit allows.</summary>
internal sealed class ThrottledContent(ObjectContent content, BandwidthLimit bandwidth, CancellationToken cancellation) : ObjectContent
{
    // A tenth of a second's bytes or so go at a time: a large block would be a burst.
    private const int MaxBlockBytes = 64 * 1024;

    public override long Length => content.Length;

    public override ReadOnlyMemory<byte>? Sha256 => content.Sha256;

    public override Stream Open(ByteRange range) => new Throttled(content.Open(range), bandwidth, cancellation);

    private sealed class Throttled(Stream bytes, BandwidthLimit bandwidth, CancellationToken cancellation) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => bytes.CanSeek;

        public override bool CanWrite => false;

        public override long Length => bytes.Length;

        public override long Position
        {
            get => bytes.Position;
            set => bytes.Position = value;
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = bytes.Read(buffer, offset, Math.Min(count, MaxBlockBytes));
            bandwidth.Consume(read, cancellation);
            return read;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await bytes.ReadAsync(buffer[..Math.Min(buffer.Length, MaxBlockBytes)], cancellationToken).ConfigureAwait(false);
            await bandwidth.ConsumeAsync(read, cancellationToken.CanBeCanceled ? cancellationToken : cancellation).ConfigureAwait(false);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override long Seek(long offset, SeekOrigin origin) => bytes.Seek(offset, origin);

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                bytes.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}

using Ferry.Core.Storage;

namespace Ferry.Testing.Stores;

/// <summary>Bytes of which something happens when so many have been read, and that counts who still has them open. Thread-safe.</summary>
public sealed class WatchedContent(byte[] bytes) : ObjectContent
{
    private long _read;
    private int _open;

    public override long Length => bytes.Length;

    public override ReadOnlyMemory<byte>? Sha256 => Digest is null ? default(ReadOnlyMemory<byte>?) : Digest;

    public byte[]? Digest { get; init; }

    /// <summary>How many bytes are read, of all streams together and again, before <see cref="Then"/> is called, once.</summary>
    public long At { get; init; } = long.MaxValue;

    /// <summary>May throw; the reader gets it.</summary>
    public Action? Then { get; init; }

    public int OpenStreams => Volatile.Read(ref _open);

    public override Stream Open(ByteRange range)
    {
        Interlocked.Increment(ref _open);
        return new WatchedStream(this, bytes, (int)range.Offset, (int)range.Length);
    }

    private void Count(int read)
    {
        var after = Interlocked.Add(ref _read, read);
        if (after >= At && after - read < At)
            Then?.Invoke();
    }

    // The other ways of reading of a derived class all come to the one that is overridden.
    private sealed class WatchedStream(WatchedContent content, byte[] bytes, int offset, int count) : MemoryStream(bytes, offset, count, writable: false)
    {
        private const int MaxRead = 64 << 10;
        private bool _isClosed;

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = base.Read(buffer, offset, Math.Min(count, MaxRead));
            content.Count(read);
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (!_isClosed)
            {
                _isClosed = true;
                Interlocked.Decrement(ref content._open);
            }

            base.Dispose(disposing);
        }
    }
}

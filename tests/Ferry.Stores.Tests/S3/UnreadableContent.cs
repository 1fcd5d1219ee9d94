using Ferry.Core.Storage;

namespace Ferry.Stores.Tests.S3;

/// <summary>Content whose second half lies on a broken disk.</summary>
internal sealed class UnreadableContent(byte[] bytes) : ObjectContent
{
    public override long Length => bytes.Length;

    public override Stream Open(ByteRange range) => new HalfStream(bytes);

    private sealed class HalfStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => Position >= Length / 2
            ? throw new IOException("input/output error")
            : base.Read(buffer[..(int)Math.Min(buffer.Length, (Length / 2) - Position)]);
    }
}

namespace Ferry.Core.Manifests;

/// <summary>A growing byte array that is filled from the front and reused. Not thread-safe.</summary>
internal sealed class ByteBuffer
{
    private byte[] _bytes = new byte[4096];

    public int Length { get; private set; }

    public Span<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Forgets what lies behind <paramref name="length"/>.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Adds <paramref name="length"/> bytes for the caller to fill at once; their contents are undefined.</summary>
    public Span<byte> Reserve(int length)
    {
        if (Length + length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(Length + length, _bytes.Length * 2));
        }

        var reserved = _bytes.AsSpan(Length, length);
        Length += length;
        return reserved;
    }

    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));
}

namespace Ferry.Core.Storage;

/// <summary>The bytes of an object to be written; any range can be opened, as often as a store wants to. Thread-safe.</summary>
public abstract class ObjectContent
{
    /// <summary>Bytes in all.</summary>
    public abstract long Length { get; }

    /// <summary>SHA-256 of all bytes, if it is known: stores that can, check it on arrival.</summary>
    public virtual ReadOnlyMemory<byte>? Sha256 => null;

    /// <summary>Opens a range.</summary>
    /// <param name="range">Within the content; of no bytes only where the content has none.</param>
    /// <exception cref="IOException">It cannot be read; the message names the path and the cause.</exception>
    public abstract Stream Open(ByteRange range);

    /// <summary>Content that is in memory.</summary>
    public static ObjectContent Of(ReadOnlyMemory<byte> bytes) => new Bytes(bytes);

    private sealed class Bytes(ReadOnlyMemory<byte> bytes) : ObjectContent
    {
        public override long Length => bytes.Length;

        public override Stream Open(ByteRange range)
        {
            var slice = bytes.Slice((int)range.Offset, (int)range.Length);
            return System.Runtime.InteropServices.MemoryMarshal.TryGetArray(slice, out var array)
                ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
                : new MemoryStream(slice.ToArray(), writable: false);
        }
    }
}

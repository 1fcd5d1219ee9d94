using Ferry.Core.Hashing;
using Ferry.Core.Linux;

namespace Ferry.Core.Verifying;

/// <summary>Buffers of one thread that repairs: a block of the source and one of the target. Not thread-safe.</summary>
internal sealed class RangeWorker(DigestAlgorithm algorithm)
{
    private readonly byte[] _source = GC.AllocateUninitializedArray<byte>(WrongBlocks.BlockSize, pinned: true);
    private readonly byte[] _target = GC.AllocateUninitializedArray<byte>(WrongBlocks.BlockSize, pinned: true);

    /// <summary>Hashes the source.</summary>
    public IContentHasher Hasher { get; } = IContentHasher.Create(algorithm);

    public PathBuffer Path { get; } = new();

    /// <summary>Reads a block of the source, as far as the file goes. Its length, or the negative error number.</summary>
    public int ReadSource(int fd, long offset, out Span<byte> block) => Read(fd, offset, _source, out block);

    /// <inheritdoc cref="ReadSource"/>
    public int ReadTarget(int fd, long offset, int length, out Span<byte> block) => Read(fd, offset, _target.AsSpan(0, length), out block);

    private static int Read(int fd, long offset, Span<byte> buffer, out Span<byte> block)
    {
        block = default;
        var length = 0;
        while (length < buffer.Length)
        {
            var read = (int)Kernel.ReadAt(fd, buffer[length..], offset + length);
            if (read < 0)
            {
                return read;
            }

            if (read == 0)
            {
                break;
            }

            length += read;
        }

        block = buffer[..length];
        return length;
    }
}

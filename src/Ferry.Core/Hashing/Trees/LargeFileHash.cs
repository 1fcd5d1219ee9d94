using Ferry.Core.Copying;
using Ferry.Core.Linux;

namespace Ferry.Core.Hashing.Trees;

/// <summary>A large file that several workers hash at once.</summary>
internal sealed class LargeFileHash(CopyUnit unit, int fd, FileStatus status)
{
    /// <summary>Long enough for a stream of a storage server, and a power of two of chunks, as a subtree must be.</summary>
    private const long RangeBytes = 16L * 1024 * 1024;

    private readonly byte[] _chains = new byte[RangesOf(status.Size) * Blake3Subtree.ChainSize];
    private int _pending = RangesOf(status.Size);
    private int _error;
    private int _hasOtherLength;

    /// <summary>One range, numbered from 0.</summary>
    public sealed record Range(LargeFileHash File, int Number);

    public CopyUnit Unit => unit;

    public int Fd => fd;

    public FileStatus Status => status;

    public int RangeCount => RangesOf(status.Size);

    /// <summary>The first error number of a range, or 0.</summary>
    public int Error => Volatile.Read(ref _error);

    public bool HasOtherLength => Volatile.Read(ref _hasOtherLength) != 0;

    /// <summary>Hashes a range. True for the worker that ends the last one.</summary>
    public bool Hash(ref ContentStream stream, int range)
    {
        if (Error == 0 && !HasOtherLength)
        {
            var offset = range * RangeBytes;
            var chain = _chains.AsSpan(range * Blake3Subtree.ChainSize, Blake3Subtree.ChainSize);
            var result = stream.HashRange(offset, Math.Min(RangeBytes, status.Size - offset), chain);
            if (result < 0)
            {
                Interlocked.CompareExchange(ref _error, -result, 0);
            }
            else if (stream.HasOtherLength)
            {
                Volatile.Write(ref _hasOtherLength, 1);
            }
        }

        return Interlocked.Decrement(ref _pending) == 0;
    }

    /// <summary>The digest of the whole, once all ranges have ended well.</summary>
    public Digest Digest(Blake3 hasher)
    {
        hasher.Reset();
        for (var range = 0; range < RangeCount; range++)
        {
            hasher.AppendSubtree(
                _chains.AsSpan(range * Blake3Subtree.ChainSize, Blake3Subtree.ChainSize), Math.Min(RangeBytes, status.Size - (range * RangeBytes)));
        }

        return hasher.Finish();
    }

    private static int RangesOf(long size) => (int)((size + RangeBytes - 1) / RangeBytes);
}

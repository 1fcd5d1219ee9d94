using System.Buffers;
using Ferry.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Workloads.HuggingFace.Pull.Contents;

/// <summary>
/// What an earlier pull has left of a range. It wrote ranges side by side, so there are holes, which read as zeros; where zeros begin, the content is read again, be it that they are its own.
/// </summary>
internal static class LeftPart
{
    private const int BlockBytes = 4096;
    private const int BufferBlocks = 64;

    /// <summary>How many bytes of a range are there, up to the first block that is all zeros. Whether they are the right ones only the digest of the whole tells.</summary>
    /// <param name="file">The part.</param>
    /// <param name="range">The range.</param>
    /// <param name="found">Size of the part when it was found.</param>
    public static long CountIn(SafeFileHandle file, ByteRange range, long found)
    {
        var end = Math.Min(found, range.Offset + range.Length);
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes * BufferBlocks);
        try
        {
            var at = range.Offset;
            while (at < end)
            {
                var wanted = (int)Math.Min(end - at, BlockBytes * BufferBlocks);
                var read = RandomAccess.Read(file, buffer.AsSpan(0, wanted), at);
                var good = CountGood(buffer.AsSpan(0, read));
                at += good;
                if (good < wanted)
                {
                    break;
                }
            }

            return at - range.Offset;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int CountGood(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at < bytes.Length; at += BlockBytes)
        {
            if (!bytes.Slice(at, Math.Min(BlockBytes, bytes.Length - at)).ContainsAnyExcept((byte)0))
            {
                return at;
            }
        }

        return bytes.Length;
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ferry.Core.Hashing.Kernels;

/// <summary>One compression in plain 32-bit arithmetic, as BLAKE3 specification section 2.2 writes it.</summary>
internal static unsafe class PortableBlock
{
    /// <summary>Compresses a block of 64 bytes.</summary>
    /// <param name="chain">Eight words to start from.</param>
    /// <param name="block">64 bytes, zero from <paramref name="length"/> on.</param>
    /// <param name="length">Bytes of the block that are input, 0 to 64.</param>
    /// <param name="counter">Chunk index, or position in the extended output.</param>
    /// <param name="flags">A set of <see cref="Blake3Flags"/>.</param>
    /// <param name="output">Sixteen words; the first eight are the chaining value. May be <paramref name="chain"/>.</param>
    [SkipLocalsInit]
    public static void Compress(uint* chain, byte* block, uint length, ulong counter, uint flags, uint* output)
    {
        var m = (uint*)block;
        var v = stackalloc uint[16];
        for (var i = 0; i < 8; i++)
            v[i] = chain[i];
        (v[8], v[9], v[10], v[11]) = (Blake3Constants.Iv0, Blake3Constants.Iv1, Blake3Constants.Iv2, Blake3Constants.Iv3);
        v[12] = (uint)counter;
        v[13] = (uint)(counter >> 32);
        v[14] = length;
        v[15] = flags;
        for (var round = 0; round < Blake3Constants.Rounds; round++)
            Round(v, m, Blake3Constants.Schedule.Slice(16 * round, 16));
        for (var i = 0; i < 8; i++)
        {
            var start = chain[i];
            output[i] = v[i] ^ v[i + 8];
            output[i + 8] = v[i + 8] ^ start;
        }
    }

    private static void Round(uint* v, uint* m, ReadOnlySpan<byte> s)
    {
        Mix(ref v[0], ref v[4], ref v[8], ref v[12], m[s[0]], m[s[1]]);
        Mix(ref v[1], ref v[5], ref v[9], ref v[13], m[s[2]], m[s[3]]);
        Mix(ref v[2], ref v[6], ref v[10], ref v[14], m[s[4]], m[s[5]]);
        Mix(ref v[3], ref v[7], ref v[11], ref v[15], m[s[6]], m[s[7]]);
        Mix(ref v[0], ref v[5], ref v[10], ref v[15], m[s[8]], m[s[9]]);
        Mix(ref v[1], ref v[6], ref v[11], ref v[12], m[s[10]], m[s[11]]);
        Mix(ref v[2], ref v[7], ref v[8], ref v[13], m[s[12]], m[s[13]]);
        Mix(ref v[3], ref v[4], ref v[9], ref v[14], m[s[14]], m[s[15]]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(ref uint a, ref uint b, ref uint c, ref uint d, uint x, uint y)
    {
        a += b + x;
        d = BitOperations.RotateRight(d ^ a, 16);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 12);
        a += b + y;
        d = BitOperations.RotateRight(d ^ a, 8);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 7);
    }
}

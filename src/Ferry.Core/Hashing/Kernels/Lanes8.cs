using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using V = System.Runtime.Intrinsics.Vector256<uint>;

namespace Ferry.Core.Hashing.Kernels;

/// <summary>
/// Eight inputs side by side: each vector holds one word of the state of all of them.
/// The rounds are a loop over the schedule and not unrolled: as fast, and a seventh of the code to compile at first use.
/// </summary>
internal static unsafe class Lanes8
{
    /// <summary>Inputs in one run.</summary>
    public const int Width = 8;

    /// <summary>Writes the chaining values of the first eight inputs of <paramref name="job"/>, or of all if there are fewer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    public static void Hash(in LaneJob job)
    {
        var lanes = stackalloc byte*[Width];
        job.Point(lanes, Width);
        var ahead = Width * (nint)job.Stride;
        var buffer = stackalloc V[45];
        var message = (V*)(((nuint)buffer + 31) & ~(nuint)31);
        var next = message + 16;
        var kept = message + 32;
        // Sixteen registers hold the rest of the state and what rotating takes; this row stays in memory.
        var c = message + 40;
        for (var quarter = 0; quarter < 4; quarter++)
            LoadQuarter(lanes, 0, quarter, message, ahead);

        var step = Vector256.Create(job.CounterStep) * V.Indices;
        var low = Vector256.Create((uint)job.Counter) + step;
        var high = Vector256.Create((uint)(job.Counter >> 32)) - Vector256.LessThan(low, step);
        V h0 = Vector256.Create(job.Key[0]), h1 = Vector256.Create(job.Key[1]);
        V h2 = Vector256.Create(job.Key[2]), h3 = Vector256.Create(job.Key[3]);
        V h4 = Vector256.Create(job.Key[4]), h5 = Vector256.Create(job.Key[5]);
        V h6 = Vector256.Create(job.Key[6]), h7 = Vector256.Create(job.Key[7]);
        for (var block = 0; block < job.Blocks; block++)
        {
            if (block == job.ShortBlocks)
            {
                (kept[0], kept[1], kept[2], kept[3]) = (h0, h1, h2, h3);
                (kept[4], kept[5], kept[6], kept[7]) = (h4, h5, h6, h7);
            }
            (c[0], c[1]) = (Vector256.Create(Blake3Constants.Iv0), Vector256.Create(Blake3Constants.Iv1));
            (c[2], c[3]) = (Vector256.Create(Blake3Constants.Iv2), Vector256.Create(Blake3Constants.Iv3));
            V d0 = low, d1 = high, d2 = Vector256.Create((uint)Blake3Constants.BlockSize), d3 = Vector256.Create(job.FlagsOf(block));
            ref var s = ref MemoryMarshal.GetReference(Blake3Constants.Schedule);
            for (var round = 0; round < Blake3Constants.Rounds; round++)
            {
                Mix(ref h0, ref h4, c + 0, ref d0, message, ref s, 0);
                Mix(ref h1, ref h5, c + 1, ref d1, message, ref s, 2);
                Mix(ref h2, ref h6, c + 2, ref d2, message, ref s, 4);
                Mix(ref h3, ref h7, c + 3, ref d3, message, ref s, 6);
                Mix(ref h0, ref h5, c + 2, ref d3, message, ref s, 8);
                Mix(ref h1, ref h6, c + 3, ref d0, message, ref s, 10);
                Mix(ref h2, ref h7, c + 0, ref d1, message, ref s, 12);
                Mix(ref h3, ref h4, c + 1, ref d2, message, ref s, 14);
                s = ref Unsafe.Add(ref s, 16);
                // The steps wait on each other; the next block is turned in their shadow.
                if (round < 4 && block + 1 < job.Blocks)
                    LoadQuarter(lanes, block + 1, round, next, ahead);
            }
            h0 ^= c[0]; h1 ^= c[1]; h2 ^= c[2]; h3 ^= c[3];
            h4 ^= d0; h5 ^= d1; h6 ^= d2; h7 ^= d3;
            var used = message;
            message = next;
            next = used;
        }
        if (job.Short != null)
            job.KeepShort((uint*)kept, Width);
        StoreChains(in job, (uint*)next, Transpose(h0, h1, h2, h3), Transpose(h4, h5, h6, h7));
    }

    /// <summary>One step on four words of the state, with two words of the message that the schedule names.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(
        ref V a, ref V b, V* c, ref V d, V* message, ref byte schedule, int step)
    {
        a = (a + message[Unsafe.Add(ref schedule, step)]) + b;
        d = Rotate.By16(d ^ a);
        var sum = *c + d;
        *c = sum;
        b = Rotate.By12(b ^ sum);
        a = (a + message[Unsafe.Add(ref schedule, step + 1)]) + b;
        d = Rotate.By8(d ^ a);
        sum = *c + d;
        *c = sum;
        b = Rotate.By7(b ^ sum);
    }

    /// <summary>Turns words 4q to 4q + 3 of a block of every lane into four vectors of one word each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadQuarter(byte** lanes, int block, int quarter, V* message, nint ahead)
    {
        var offset = (nint)(block * Blake3Constants.BlockSize + quarter * 16);
        // So many streams at once are too many for the processor to foresee, so the next inputs are asked for here;
        // with data that is not in a near cache this is half as fast again.
        for (var lane = quarter * Width / 4; lane < (quarter + 1) * Width / 4; lane++)
            Sse.Prefetch0(lanes[lane] + offset + ahead);
        message += 4 * quarter;
        (message[0], message[1], message[2], message[3]) = Transpose(
            Gather(lanes, offset), Gather(lanes + 1, offset), Gather(lanes + 2, offset), Gather(lanes + 3, offset));
    }

    /// <summary>16 bytes of each of two lanes, four apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Gather(byte** lanes, nint offset) => Avx2.InsertVector128(
        Vector128.Load((uint*)(lanes[0] + offset)).ToVector256Unsafe(), Vector128.Load((uint*)(lanes[4] + offset)), 1);

    /// <summary>Transposes the 4 by 4 words in each 128 bits of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (V A, V B, V C, V D) Transpose(
        V a, V b, V c, V d)
    {
        var ab0 = Avx2.UnpackLow(a, b).AsUInt64();
        var ab1 = Avx2.UnpackHigh(a, b).AsUInt64();
        var cd0 = Avx2.UnpackLow(c, d).AsUInt64();
        var cd1 = Avx2.UnpackHigh(c, d).AsUInt64();
        return (Avx2.UnpackLow(ab0, cd0).AsUInt32(), Avx2.UnpackHigh(ab0, cd0).AsUInt32(),
            Avx2.UnpackLow(ab1, cd1).AsUInt32(), Avx2.UnpackHigh(ab1, cd1).AsUInt32());
    }

    /// <summary>Stores words 0 to 3 and 4 to 7 of the chaining values of all lanes, or of those that have an input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreChains(in LaneJob job, uint* scratch, (V A, V B, V C, V D) low, (V A, V B, V C, V D) high)
    {
        var chains = job.Count < Width ? scratch : (uint*)job.Chains;
        StoreChains(chains, low.A, high.A);
        StoreChains(chains + 8, low.B, high.B);
        StoreChains(chains + 16, low.C, high.C);
        StoreChains(chains + 24, low.D, high.D);
        if (job.Count < Width)
            Unsafe.CopyBlockUnaligned(job.Chains, chains, (uint)(job.Count * Blake3Constants.ChainSize));
    }

    /// <summary>Stores the eight words of two lanes, four apart: <paramref name="first"/> holds words 0 to 3 of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreChains(uint* chains, V first, V last)
    {
        Vector256.Create(first.GetLower(), last.GetLower()).Store(chains);
        Vector256.Create(first.GetUpper(), last.GetUpper()).Store(chains + 32);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using V = System.Runtime.Intrinsics.Vector512<uint>;

namespace Ferry.Core.Hashing.Kernels;

/// <summary>
/// Sixteen inputs side by side: each vector holds one word of the state of all of them.
/// The rounds are a loop over the schedule and not unrolled: as fast, and a seventh of the code to compile at first use.
/// </summary>
internal static unsafe class Lanes16
{
    /// <summary>Inputs in one run.</summary>
    public const int Width = 16;

    /// <summary>Writes the chaining values of the first sixteen inputs of <paramref name="job"/>, or of all if there are fewer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    public static void Hash(in LaneJob job)
    {
        var lanes = stackalloc byte*[Width];
        job.Point(lanes, Width);
        var ahead = Width * (nint)job.Stride;
        var buffer = stackalloc V[41];
        var message = (V*)(((nuint)buffer + 63) & ~(nuint)63);
        var next = message + 16;
        var kept = message + 32;
        for (var quarter = 0; quarter < 4; quarter++)
            LoadQuarter(lanes, 0, quarter, message, ahead);

        var step = Vector512.Create(job.CounterStep) * V.Indices;
        var low = Vector512.Create((uint)job.Counter) + step;
        var high = Vector512.Create((uint)(job.Counter >> 32)) - Vector512.LessThan(low, step);
        V h0 = Vector512.Create(job.Key[0]), h1 = Vector512.Create(job.Key[1]);
        V h2 = Vector512.Create(job.Key[2]), h3 = Vector512.Create(job.Key[3]);
        V h4 = Vector512.Create(job.Key[4]), h5 = Vector512.Create(job.Key[5]);
        V h6 = Vector512.Create(job.Key[6]), h7 = Vector512.Create(job.Key[7]);
        for (var block = 0; block < job.Blocks; block++)
        {
            if (block == job.ShortBlocks)
            {
                (kept[0], kept[1], kept[2], kept[3]) = (h0, h1, h2, h3);
                (kept[4], kept[5], kept[6], kept[7]) = (h4, h5, h6, h7);
            }
            V c0 = Vector512.Create(Blake3Constants.Iv0), c1 = Vector512.Create(Blake3Constants.Iv1);
            V c2 = Vector512.Create(Blake3Constants.Iv2), c3 = Vector512.Create(Blake3Constants.Iv3);
            V d0 = low, d1 = high, d2 = Vector512.Create((uint)Blake3Constants.BlockSize), d3 = Vector512.Create(job.FlagsOf(block));
            ref var s = ref MemoryMarshal.GetReference(Blake3Constants.Schedule);
            for (var round = 0; round < Blake3Constants.Rounds; round++)
            {
                Mix(ref h0, ref h4, ref c0, ref d0, message, ref s, 0);
                Mix(ref h1, ref h5, ref c1, ref d1, message, ref s, 2);
                Mix(ref h2, ref h6, ref c2, ref d2, message, ref s, 4);
                Mix(ref h3, ref h7, ref c3, ref d3, message, ref s, 6);
                Mix(ref h0, ref h5, ref c2, ref d3, message, ref s, 8);
                Mix(ref h1, ref h6, ref c3, ref d0, message, ref s, 10);
                Mix(ref h2, ref h7, ref c0, ref d1, message, ref s, 12);
                Mix(ref h3, ref h4, ref c1, ref d2, message, ref s, 14);
                s = ref Unsafe.Add(ref s, 16);
                // The steps wait on each other; the next block is turned in their shadow.
                if (round < 4 && block + 1 < job.Blocks)
                    LoadQuarter(lanes, block + 1, round, next, ahead);
            }
            h0 ^= c0; h1 ^= c1; h2 ^= c2; h3 ^= c3;
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
        ref V a, ref V b, ref V c, ref V d, V* message, ref byte schedule, int step)
    {
        a = (a + message[Unsafe.Add(ref schedule, step)]) + b;
        d = Avx512F.RotateRight(d ^ a, 16);
        c += d;
        b = Avx512F.RotateRight(b ^ c, 12);
        a = (a + message[Unsafe.Add(ref schedule, step + 1)]) + b;
        d = Avx512F.RotateRight(d ^ a, 8);
        c += d;
        b = Avx512F.RotateRight(b ^ c, 7);
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

    /// <summary>16 bytes of each of four lanes, four apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Gather(byte** lanes, nint offset)
    {
        var x = Vector128.Load((uint*)(lanes[0] + offset)).ToVector256Unsafe().ToVector512Unsafe();
        x = Avx512F.InsertVector128(x, Vector128.Load((uint*)(lanes[4] + offset)), 1);
        x = Avx512F.InsertVector128(x, Vector128.Load((uint*)(lanes[8] + offset)), 2);
        return Avx512F.InsertVector128(x, Vector128.Load((uint*)(lanes[12] + offset)), 3);
    }

    /// <summary>Transposes the 4 by 4 words in each 128 bits of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (V A, V B, V C, V D) Transpose(
        V a, V b, V c, V d)
    {
        var ab0 = Avx512F.UnpackLow(a, b).AsUInt64();
        var ab1 = Avx512F.UnpackHigh(a, b).AsUInt64();
        var cd0 = Avx512F.UnpackLow(c, d).AsUInt64();
        var cd1 = Avx512F.UnpackHigh(c, d).AsUInt64();
        return (Avx512F.UnpackLow(ab0, cd0).AsUInt32(), Avx512F.UnpackHigh(ab0, cd0).AsUInt32(),
            Avx512F.UnpackLow(ab1, cd1).AsUInt32(), Avx512F.UnpackHigh(ab1, cd1).AsUInt32());
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

    /// <summary>Stores the eight words of four lanes, four apart: <paramref name="first"/> holds words 0 to 3 of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreChains(uint* chains, V first, V last)
    {
        Vector256.Create(first.GetLower().GetLower(), last.GetLower().GetLower()).Store(chains);
        Vector256.Create(first.GetLower().GetUpper(), last.GetLower().GetUpper()).Store(chains + 32);
        Vector256.Create(first.GetUpper().GetLower(), last.GetUpper().GetLower()).Store(chains + 64);
        Vector256.Create(first.GetUpper().GetUpper(), last.GetUpper().GetUpper()).Store(chains + 96);
    }
}

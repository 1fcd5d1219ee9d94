using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ferry.Core.Hashing.Kernels;

/// <summary>
/// One compression with a row of the 4 by 4 state in each vector: a step mixes all four columns at once,
/// and turning the rows against each other makes columns of the diagonals.
/// </summary>
internal static unsafe class RowBlock
{
    /// <inheritdoc cref="PortableBlock.Compress"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compress(uint* chain, byte* block, uint length, ulong counter, uint flags, uint* output)
    {
        var a = Vector128.Load(chain);
        var b = Vector128.Load(chain + 4);
        var c = Vector128.Create(Blake3Constants.Iv0, Blake3Constants.Iv1, Blake3Constants.Iv2, Blake3Constants.Iv3);
        var d = Vector128.Create((uint)counter, (uint)(counter >> 32), length, flags);
        var (top, bottom) = (a, b);
        ref readonly var s = ref MemoryMarshal.GetReference(Blake3Constants.Schedule);
        for (var round = 0; round < Blake3Constants.Rounds; round++)
        {
            Mix(ref a, ref b, ref c, ref d, Pick(block, in s, 0), Pick(block, in s, 1));
            b = Vector128.Shuffle(b, Vector128.Create(1u, 2, 3, 0));
            c = Vector128.Shuffle(c, Vector128.Create(2u, 3, 0, 1));
            d = Vector128.Shuffle(d, Vector128.Create(3u, 0, 1, 2));
            Mix(ref a, ref b, ref c, ref d, Pick(block, in s, 8), Pick(block, in s, 9));
            b = Vector128.Shuffle(b, Vector128.Create(3u, 0, 1, 2));
            c = Vector128.Shuffle(c, Vector128.Create(2u, 3, 0, 1));
            d = Vector128.Shuffle(d, Vector128.Create(1u, 2, 3, 0));
            s = ref Unsafe.Add(ref Unsafe.AsRef(in s), 16);
        }
        (a ^ c).Store(output);
        (b ^ d).Store(output + 4);
        (c ^ top).Store(output + 8);
        (d ^ bottom).Store(output + 12);
    }

    /// <summary>The message words that the four columns take in one step: every second one of the schedule.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Pick(byte* block, ref readonly byte schedule, int step)
    {
        ref var s = ref Unsafe.Add(ref Unsafe.AsRef(in schedule), step);
        var m = (uint*)block;
        return Vector128.Create(m[s], m[Unsafe.Add(ref s, 2)], m[Unsafe.Add(ref s, 4)], m[Unsafe.Add(ref s, 6)]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(
        ref Vector128<uint> a, ref Vector128<uint> b, ref Vector128<uint> c, ref Vector128<uint> d,
        Vector128<uint> x, Vector128<uint> y)
    {
        a = (a + x) + b;
        d = Rotate.By16(d ^ a);
        c += d;
        b = Rotate.By12(b ^ c);
        a = (a + y) + b;
        d = Rotate.By8(d ^ a);
        c += d;
        b = Rotate.By7(b ^ c);
    }
}

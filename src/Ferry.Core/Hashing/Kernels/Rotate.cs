using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ferry.Core.Hashing.Kernels;

/// <summary>Rotations of 32-bit elements to the right: one instruction with AVX-512, else a byte shuffle or two shifts.</summary>
internal static class Rotate
{
    private static Vector128<byte> Swap16 => Vector128.Create((byte)2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);

    private static Vector128<byte> Turn8 => Vector128.Create((byte)1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> By16(Vector128<uint> x) =>
        Avx512F.VL.IsSupported
            ? Avx512F.VL.RotateRight(x, 16)
            : Vector128.Shuffle(x.AsByte(), Swap16).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> By12(Vector128<uint> x) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(x, 12) : (x >> 12) | (x << 20);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> By8(Vector128<uint> x) =>
        Avx512F.VL.IsSupported
            ? Avx512F.VL.RotateRight(x, 8)
            : Vector128.Shuffle(x.AsByte(), Turn8).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> By7(Vector128<uint> x) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(x, 7) : (x >> 7) | (x << 25);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> By16(Vector256<uint> x) =>
        Avx512F.VL.IsSupported
            ? Avx512F.VL.RotateRight(x, 16)
            : Avx2.Shuffle(x.AsByte(), Vector256.Create(Swap16)).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> By12(Vector256<uint> x) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(x, 12) : (x >> 12) | (x << 20);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> By8(Vector256<uint> x) =>
        Avx512F.VL.IsSupported
            ? Avx512F.VL.RotateRight(x, 8)
            : Avx2.Shuffle(x.AsByte(), Vector256.Create(Turn8)).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> By7(Vector256<uint> x) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(x, 7) : (x >> 7) | (x << 25);
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ferry.Core.Hashing.Kernels;

/// <summary>Rotations of 32-bit elements to the right: one instruction with AVX-512, else a byte shuffle or two shifts.</summary>
internal static class Rotate
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> By16(Vector128<uint> x) =>
        Avx512F.VL.IsSupported
            ? Avx512F.VL.RotateRight(x, 16)
            : Vector128.Shuffle(x.AsByte(), Vector128.Create(0x0504070601000302UL, 0x0D0C0F0E09080B0A).AsByte()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> By12(Vector128<uint> x) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(x, 12) : (x >> 12) | (x << 20);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> By8(Vector128<uint> x) =>
        Avx512F.VL.IsSupported
            ? Avx512F.VL.RotateRight(x, 8)
            : Vector128.Shuffle(x.AsByte(), Vector128.Create(0x0407060500030201UL, 0x0C0F0E0D080B0A09).AsByte()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> By7(Vector128<uint> x) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(x, 7) : (x >> 7) | (x << 25);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> By16(Vector256<uint> x) =>
        Avx512F.VL.IsSupported
            ? Avx512F.VL.RotateRight(x, 16)
            : Avx2.Shuffle(
                x.AsByte(),
                Vector256.Create(0x0504070601000302UL, 0x0D0C0F0E09080B0A, 0x0504070601000302, 0x0D0C0F0E09080B0A).AsByte()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> By12(Vector256<uint> x) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(x, 12) : (x >> 12) | (x << 20);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> By8(Vector256<uint> x) =>
        Avx512F.VL.IsSupported
            ? Avx512F.VL.RotateRight(x, 8)
            : Avx2.Shuffle(
                x.AsByte(),
                Vector256.Create(0x0407060500030201UL, 0x0C0F0E0D080B0A09, 0x0407060500030201, 0x0C0F0E0D080B0A09).AsByte()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> By7(Vector256<uint> x) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(x, 7) : (x >> 7) | (x << 25);
}

using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ferry.Core.Hashing;

/// <summary>How wide the compression runs. Each kernel falls back to the narrower ones for what is left over.</summary>
internal enum Blake3Kernel
{
    /// <summary>Plain 32-bit arithmetic: the reference that the others are tested against.</summary>
    Portable,

    /// <summary>One block at a time, a row of the state in each vector. All there is on arm64.</summary>
    Vector128,

    /// <summary>Eight chunks side by side (AVX2).</summary>
    Vector256,

    /// <summary>Sixteen chunks side by side (AVX-512).</summary>
    Vector512,
}

internal static class Blake3Kernels
{
    /// <summary>The widest kernel that this machine runs well.</summary>
    public static Blake3Kernel Best { get; } =
        Avx512F.IsSupported ? Blake3Kernel.Vector512
        : Avx2.IsSupported ? Blake3Kernel.Vector256
        : System.Runtime.Intrinsics.Vector128.IsHardwareAccelerated ? Blake3Kernel.Vector128
        : Blake3Kernel.Portable;
}

using Ferry.Core.Hashing;

namespace Ferry.Core.Tests.Hashing;

/// <summary>The kernels that this machine can run, and how hard to try them.</summary>
internal static class KernelsHere
{
    public static IEnumerable<Blake3Kernel> All => Enum.GetValues<Blake3Kernel>().Where(k => k <= Blake3Kernels.Best);

    /// <summary>A number of random cases: moderate, or a hundred times as many with FERRY_TEST_LONG=1.</summary>
    public static int Rounds(int moderate) =>
        Environment.GetEnvironmentVariable("FERRY_TEST_LONG") == "1" ? 100 * moderate : moderate;

    /// <summary>Random bytes, the same in each run.</summary>
    public static byte[] Bytes(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A random length that is often small or near the border of a chunk or of a power of two of them.</summary>
    public static int Length(Random random, int most)
    {
        var length = (random.Next(4)) switch
        {
            0 => random.Next(2048),
            1 => random.Next(most),
            2 => 1024 * random.Next(1 + most / 1024) + random.Next(-2, 3),
            _ => (1024 << random.Next(10)) + random.Next(-2, 3),
        };
        return Math.Clamp(length, 0, most);
    }
}

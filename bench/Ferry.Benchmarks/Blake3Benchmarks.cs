using BenchmarkDotNet.Attributes;
using Ferry.Core.Hashing;

namespace Ferry.Benchmarks;

/// <summary>One-shot hashing by size: the small ones are most files.</summary>
public class Blake3Sizes
{
    private byte[] _data = [];

    [Params(64, 1024, 7 * 1024, 7 * 1024 + 500, 16 * 1024, 64 * 1024, 1024 * 1024)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _data = new byte[Length];
        new Random(1).NextBytes(_data);
    }

    [Benchmark]
    public Digest Hash() => Blake3.Hash(_data);
}

/// <summary>The kernels against each other, on an input that fits the second-level cache.</summary>
public class Blake3KernelWidths
{
    private readonly byte[] _data = new byte[256 * 1024];
    private readonly byte[] _digest = new byte[Digest.Size];
    private Blake3Kernel _kernel;

    [Params("Portable", "Vector128", "Vector256", "Vector512")]
    public string Kernel { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _kernel = Enum.Parse<Blake3Kernel>(Kernel);

    [Benchmark]
    public void Hash() => Blake3Tree.Root(_kernel, Blake3Key.Plain, _data, _digest);
}

using System.Text;
using Ferry.Core.Hashing;

namespace Ferry.Core.Tests.Hashing;

public class Blake3VectorTests
{
    public static TheoryData<string> Kernels => new(KernelsHere.All.Select(k => k.ToString()));

    [Fact]
    public void All_35_lengths_are_there() => Assert.Equal(35, Blake3Vectors.Cases.Count());

    [Theory, MemberData(nameof(Kernels))]
    public void The_hash_is_as_published(string kernel)
    {
        foreach (var (length, expected, _, _) in Blake3Vectors.Cases)
        {
            var output = new byte[expected.Length / 2];
            Blake3Tree.Root(Enum.Parse<Blake3Kernel>(kernel), Blake3Key.Plain, Blake3Vectors.Input(length), output);
            Assert.Equal((length, expected), (length, Convert.ToHexStringLower(output)));
            Assert.Equal((length, expected[..64]), (length, Blake3.Hash(Blake3Vectors.Input(length)).ToHex()));
        }
    }

    [Theory, MemberData(nameof(Kernels))]
    public void The_streamed_hash_is_as_published(string kernel)
    {
        var hasher = new Blake3(Enum.Parse<Blake3Kernel>(kernel), Blake3Key.Plain);
        foreach (var (length, expected, _, _) in Blake3Vectors.Cases)
            Check(hasher, length, expected);
    }

    [Theory, MemberData(nameof(Kernels))]
    public void The_keyed_hash_is_as_published(string kernel)
    {
        var hasher = Blake3.CreateKeyed(Encoding.ASCII.GetBytes(Blake3Vectors.Key), Enum.Parse<Blake3Kernel>(kernel));
        foreach (var (length, _, expected, _) in Blake3Vectors.Cases)
            Check(hasher, length, expected);
    }

    [Theory, MemberData(nameof(Kernels))]
    public void The_derived_key_is_as_published(string kernel)
    {
        var hasher = Blake3.CreateDeriveKey(Blake3Vectors.Context, Enum.Parse<Blake3Kernel>(kernel));
        foreach (var (length, _, _, expected) in Blake3Vectors.Cases)
            Check(hasher, length, expected);
    }

    private static void Check(Blake3 hasher, int length, string expected)
    {
        hasher.Reset();
        hasher.Append(Blake3Vectors.Input(length));
        var output = new byte[expected.Length / 2];
        hasher.Finish(output);
        Assert.Equal((length, expected), (length, Convert.ToHexStringLower(output)));
        Assert.Equal((length, expected[..64]), (length, hasher.Finish().ToHex()));
    }
}

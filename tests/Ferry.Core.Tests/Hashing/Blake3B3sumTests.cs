using System.Diagnostics;
using Ferry.Core.Hashing;
using Ferry.Testing;

namespace Ferry.Core.Tests.Hashing;

public class Blake3B3sumTests
{
    [RequiresFact("b3sum")]
    public void Digests_are_those_of_b3sum()
    {
        var random = new Random(6);
        for (var i = 0; i < KernelsHere.Rounds(12); i++)
        {
            var data = KernelsHere.Bytes(i, KernelsHere.Length(random, 3_000_000));
            Assert.Equal((data.Length, B3sum(data)), (data.Length, Blake3.Hash(data).ToHex()));
        }
    }

    private static string B3sum(byte[] data)
    {
        var start = new ProcessStartInfo("b3sum") { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        using (var input = process.StandardInput.BaseStream)
            input.Write(data);
        return process.StandardOutput.ReadToEnd()[..64];
    }
}

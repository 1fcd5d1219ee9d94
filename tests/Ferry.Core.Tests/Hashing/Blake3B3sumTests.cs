using System.Diagnostics;
using Ferry.Core.Hashing;

namespace Ferry.Core.Tests.Hashing;

public class Blake3B3sumTests
{
    [Fact]
    public void Digests_are_those_of_b3sum()
    {
        if (!HasB3sum)
            return;
        var random = new Random(6);
        for (var i = 0; i < KernelsHere.Rounds(12); i++)
        {
            var data = KernelsHere.Bytes(i, KernelsHere.Length(random, 3_000_000));
            Assert.Equal((data.Length, B3sum(data)), (data.Length, Blake3.Hash(data).ToHex()));
        }
    }

    private static bool HasB3sum => Environment.GetEnvironmentVariable("PATH")!
        .Split(':').Any(folder => File.Exists(Path.Combine(folder, "b3sum")));

    private static string B3sum(byte[] data)
    {
        var start = new ProcessStartInfo("b3sum") { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        using (var input = process.StandardInput.BaseStream)
            input.Write(data);
        return process.StandardOutput.ReadToEnd()[..64];
    }
}

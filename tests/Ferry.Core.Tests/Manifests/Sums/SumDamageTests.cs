using System.Text;
using Ferry.Core.Manifests.Sums;
using Ferry.Testing;

namespace Ferry.Core.Tests.Manifests.Sums;

/// <summary>A damaged manifest is refused or says something else; it never says the same, and never leads out of the tree.</summary>
public class SumDamageTests
{
    // First digits 3 and c: a flipped bit makes either the sign of a comment. Names that a flipped bit makes one another.
    private const string Plain =
        """
        3123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  f0
        c123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  f1
        00000000000000000000000000000000000000000000000000000000000000a0  .-o/dir/J name*
        \aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa  a\nb\\c\r
        0000000000000000000000000000000000000000000000000000000000000000 *M

        """;

    private const string Tagged =
        """
        SHA256 (g0) = 3123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
        \SHA256 (a\nb) = 00000000000000000000000000000000000000000000000000000000000000a0
        SHA256 () = ) = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa

        """;

    [Theory]
    [InlineData(Plain)]
    [InlineData(Tagged)]
    [InlineData("ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789  f\r\n3123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  ./gM\r\n")]
    [InlineData("3123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  only")]
    [InlineData("\n\n3123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  only\n")]
    public void Every_flipped_bit_is_refused_or_makes_another_manifest(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var whole = Describe(bytes) ?? throw new InvalidOperationException("the manifest itself is refused");
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(Describe(damaged) != whole, $"bit {bit % 8} of byte {bit / 8} went unnoticed");
        }
    }

    [Fact]
    public void Whatever_is_done_to_a_manifest_it_is_refused_or_stays_in_its_tree()
    {
        var random = new Random(3);
        byte[] whole = [.. Encoding.UTF8.GetBytes(Plain), .. Encoding.UTF8.GetBytes(Tagged)];
        byte[][] pieces = [.. new[] { "/", "../", "..", "./", "\n", "\r", "\\", "\0", "\\n", "  ", " *", "#", "SHA256 (", ") = ", new string('0', 64) }.Select(Encoding.UTF8.GetBytes)];
        var read = 0;
        for (var i = 0; i < LongRun.Count(20_000, 500_000); i++)
        {
            var mutated = whole.ToList();
            for (var change = random.Next(1, 4); change > 0; change--) Mutate(mutated, pieces, random);
            read += Describe([.. mutated]) is null ? 0 : 1;
        }

        // Both happen, or this shows nothing.
        Assert.InRange(read, 1_000, LongRun.Count(19_000, 475_000));
    }

    private static void Mutate(List<byte> bytes, byte[][] pieces, Random random)
    {
        var at = random.Next(bytes.Count);
        switch (random.Next(8))
        {
            case 0: bytes[at] = (byte)random.Next(256); break;
            case 1: bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at)); break;
            case 2: bytes.InsertRange(at, pieces[random.Next(pieces.Length)]); break;
            default:
                // A whole line whose name is made of what is special.
                var name = Enumerable.Range(0, random.Next(1, 5)).SelectMany(_ => random.Next(2) == 0 ? [(byte)random.Next('a', 'z')] : pieces[random.Next(pieces.Length)]);
                bytes.InsertRange(bytes.LastIndexOf((byte)'\n', at) + 1, [.. Encoding.UTF8.GetBytes($"{new string('a', 64)}  "), .. name, (byte)'\n']);
                break;
        }

        if (bytes.Count == 0) bytes.Add((byte)'x');
    }

    /// <summary>Paths and digests; null when it is refused. Nothing else may happen.</summary>
    private static string? Describe(byte[] bytes)
    {
        SumFile file;
        try
        {
            file = SumFile.Read(new MemoryStream(bytes), "MANIFEST");
        }
        catch (SumFileException)
        {
            return null;
        }

        var text = new StringBuilder();
        for (var i = 0; i < file.Count; i++)
        {
            var path = Encoding.Latin1.GetString(file.PathOf(i));
            Assert.DoesNotContain('\0', path);
            Assert.All(path.Split('/'), static name => Assert.DoesNotContain(name, new[] { "", ".", ".." }));
            text.Append(Convert.ToHexString(file.PathOf(i))).Append(' ').Append(file.DigestOf(i).ToHex()).Append('\n');
        }

        return text.ToString();
    }
}

using System.Text;
using Ferry.Core.Hashing;

namespace Ferry.Core.Tests.Hashing;

public class DigestTests
{
    private const string Hex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private static readonly byte[] Bytes = Convert.FromHexString(Hex);

    [Fact]
    public void Bytes_go_in_and_out_in_order()
    {
        var bytes = new byte[40];
        Digest.FromBytes(Bytes).CopyTo(bytes);
        Assert.Equal(Bytes, bytes[..32]);
        Assert.All(bytes[32..], b => Assert.Equal(0, b));
    }

    [Fact]
    public void Text_is_lower_case_and_names_the_algorithm()
    {
        Assert.Equal(Hex, Digest.FromBytes(Bytes).ToHex());
        Assert.Equal("blake3:" + Hex, Digest.FromBytes(Bytes).ToString());
    }

    [Fact]
    public void Either_case_parses_from_characters_and_from_bytes()
    {
        foreach (var text in new[] { Hex, Hex.ToUpperInvariant() })
        {
            Assert.True(Digest.TryParseHex(text, out var fromText));
            Assert.True(Digest.TryParseHex(Encoding.ASCII.GetBytes(text), out var fromBytes));
            Assert.Equal(Digest.FromBytes(Bytes), fromText);
            Assert.Equal(fromText, fromBytes);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0001")]
    [InlineData("blake3:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1g")]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1")]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f0")]
    public void What_is_not_64_digits_does_not_parse(string text)
    {
        Assert.False(Digest.TryParseHex(text, out var fromText));
        Assert.False(Digest.TryParseHex(Encoding.UTF8.GetBytes(text), out var fromBytes));
        Assert.True(fromText.IsZero && fromBytes.IsZero);
    }

    [Fact]
    public void Digests_are_equal_if_all_bytes_are()
    {
        var digest = Digest.FromBytes(Bytes);
        for (var i = 0; i < 32; i++)
        {
            var other = Bytes.ToArray();
            other[i] ^= 0x80;
            Assert.True(digest != Digest.FromBytes(other));
        }
        Assert.True(digest == Digest.FromBytes(Bytes));
        Assert.Equal(digest.GetHashCode(), Digest.FromBytes(Bytes).GetHashCode());
        Assert.True(default(Digest).IsZero);
        Assert.False(digest.IsZero);
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Digest.FromBytes(new byte[31]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Digest.FromBytes(new byte[33]));
        Assert.Throws<ArgumentOutOfRangeException>(() => default(Digest).CopyTo(new byte[31]));
    }
}

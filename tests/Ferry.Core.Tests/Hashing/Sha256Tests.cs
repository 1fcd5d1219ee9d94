using System.Security.Cryptography;
using System.Text;
using Ferry.Core.Hashing;
using Xunit;

namespace Ferry.Core.Tests.Hashing;

public sealed class Sha256Tests
{
    [Theory]
    // FIPS 180-4 examples.
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void Known_contents_have_their_known_digest(string text, string hex)
    {
        var hasher = new Sha256();
        hasher.Append(Encoding.ASCII.GetBytes(text));
        Assert.Equal(hex, hasher.Finish().ToHex());
    }

    [Fact]
    public void Pieces_of_any_length_make_the_same_digest_and_a_reset_forgets()
    {
        var data = new byte[100_000];
        new Random(1).NextBytes(data);
        var hasher = IContentHasher.Create(DigestAlgorithm.Sha256);
        hasher.Append("forgotten"u8);
        hasher.Reset();
        for (var (at, length) = (0, 1); at < data.Length; at += length, length = Math.Min(length * 3, data.Length - at))
        {
            hasher.Append(data.AsSpan(at, length));
        }

        Assert.Equal(Digest.FromBytes(SHA256.HashData(data)), hasher.Finish());
    }
}

using System.Text;
using Ferry.Core.Hashing;
using Ferry.Core.Manifests.Sums;

namespace Ferry.Core.Tests.Manifests.Sums;

public class SumLineTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Fact]
    public void Every_path_comes_back_from_its_line()
    {
        var random = new Random(4);
        byte[][] paths = [.. HardNames.Encoded([.. HardNames.Utf8, .. HardNames.CarriageReturns]), .. HardNames.Bytes, .. Enumerable.Range(0, 5000).Select(_ => HardNames.Random(random))];
        foreach (var path in paths)
        {
            var line = Write(path);
            Assert.DoesNotContain((byte)'\n', line);
            Assert.DoesNotContain((byte)'\r', line);
            var (read, digest, algorithm, error) = Parse(line);
            ReadOnlySpan<byte> normalized = read;
            Assert.Null(SumPath.Normalize(ref normalized));
            Assert.Equal((null, null, Hex), (error, algorithm, digest));
            Assert.Equal(path, normalized);
        }
    }

    [Theory]
    [InlineData(Hex + "  f", "f")]
    [InlineData(Hex + " *f", "f")]
    [InlineData(Hex + "   f ", " f ")]
    [InlineData(Hex + "  *f", "*f")]
    [InlineData(Hex + "  a\\nb", "a\\nb")]
    [InlineData("\\" + Hex + "  a\\nb\\\\\\r", "a\nb\\\r")]
    [InlineData("\\" + Hex + "  f", "f")]
    [InlineData("SHA256 (f) = " + Hex, "f")]
    [InlineData("BLAKE3 (f) = x) = " + Hex, "f) = x")]
    [InlineData("\\SHA256 (a\\nb) = " + Hex, "a\nb")]
    public void What_the_tools_write_is_read(string line, string path) =>
        Assert.Equal((path, Hex, null), (Parse(line).Text, Parse(line).Digest, Parse(line).Error));

    [Fact]
    public void The_algorithm_is_told_where_the_line_names_it()
    {
        Assert.Equal(DigestAlgorithm.Sha256, Parse($"SHA256 (f) = {Hex}").Algorithm);
        Assert.Equal(DigestAlgorithm.Blake3, Parse($"BLAKE3 (f) = {Hex}").Algorithm);
        Assert.Null(Parse($"{Hex}  f").Algorithm);
    }

    [Fact]
    public void Upper_case_is_taken_whole_or_not_at_all()
    {
        Assert.Null(Parse($"{Hex.ToUpperInvariant()}  f").Error);
        Assert.Null(Parse($"{new string('0', 63)}a  f").Error);
        Assert.Contains("damaged", Parse($"{new string('0', 63)}A  f").Error, StringComparison.Ordinal);
        Assert.Contains("damaged", Parse($"{Hex[..^1]}F  f").Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "does not begin with a digest")]
    [InlineData("f", "does not begin with a digest")]
    [InlineData(Hex, "two blanks")]
    [InlineData(Hex + "  ", "two blanks")]
    [InlineData(Hex + " f", "two blanks")]
    [InlineData(Hex + "\tf", "two blanks")]
    [InlineData(" " + Hex + "  f", "does not begin with a digest")]
    [InlineData(Hex + "0  f", "does not begin with a digest")]
    [InlineData("d41d8cd98f00b204e9800998ecf8427e  f", "32 digits")]
    [InlineData(Hex + Hex + "  f", "128 digits")]
    [InlineData("\\" + Hex + "  a\\x", "backslash")]
    [InlineData("\\" + Hex + "  a\\", "backslash")]
    [InlineData("SHA256 (f) = 00", "does not end with")]
    [InlineData("SHA256 () = " + Hex, "does not end with")]
    [InlineData("SHA512 (f) = " + Hex, "another algorithm")]
    [InlineData("sha256 (f) = " + Hex, "another algorithm")]
    public void What_is_no_line_says_why(string line, string reason) => Assert.Contains(reason, Parse(line).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("", true)]
    [InlineData("# made by hand", true)]
    [InlineData("#" + Hex + "  f", true)]
    [InlineData("#123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  f", false)]
    [InlineData(" ", false)]
    [InlineData(Hex + "  f", false)]
    public void Comments_are_passed_over_but_not_lines_whose_first_digit_became_the_sign_of_one(string line, bool ignored) =>
        Assert.Equal(ignored, SumLine.IsIgnored(Encoding.UTF8.GetBytes(line)));

    private static byte[] Write(byte[] path)
    {
        Assert.True(Digest.TryParseHex(Hex, out var digest));
        var line = new byte[SumLine.MaxLength(path.Length)];
        var length = SumLine.Write(path, digest, line);
        Assert.Equal((byte)'\n', line[length - 1]);
        return line[..(length - 1)];
    }

    private static (byte[] Path, string Digest, DigestAlgorithm? Algorithm, string? Error) Parse(byte[] bytes)
    {
        var line = SumLine.Parse((byte[])bytes.Clone());
        return (line.Path.ToArray(), line.Digest.ToHex(), line.Algorithm, line.Error);
    }

    private static (string Text, string Digest, DigestAlgorithm? Algorithm, string? Error) Parse(string text)
    {
        var (path, digest, algorithm, error) = Parse(Encoding.UTF8.GetBytes(text));
        return (Encoding.UTF8.GetString(path), digest, algorithm, error);
    }
}

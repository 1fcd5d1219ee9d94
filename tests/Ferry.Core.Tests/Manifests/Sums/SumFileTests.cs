using System.Text;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests.Sums;
using Ferry.Testing;

namespace Ferry.Core.Tests.Manifests.Sums;

public class SumFileTests
{
    private static readonly string A = new('a', 64);
    private static readonly string B = new('b', 64);

    [Fact]
    public void Files_are_sorted_by_their_paths_as_bytes_and_found()
    {
        var file = Read($"{A}  b\n{B}  a/x\n{A}  a.b\n{B} *\x7f\n{A}  ./z\n");
        Assert.Equal(["a.b", "a/x", "b", "z", "\x7f"], Paths(file));
        Assert.Equal([A, B, A, A, B], Enumerable.Range(0, file.Count).Select(i => file.DigestOf(i).ToHex()));
        Assert.Equal([3, 2, 1, 5, 4], Enumerable.Range(0, file.Count).Select(file.LineOf));
        for (var i = 0; i < file.Count; i++) Assert.Equal(i, file.Find(file.PathOf(i)));
        foreach (var path in new[] { "", "a", "a/", "c", "zz", "./z" }) Assert.Equal(-1, file.Find(Encoding.UTF8.GetBytes(path)));
    }

    [Fact]
    public void Comments_empty_lines_and_windows_line_ends_are_read()
    {
        Assert.Equal(["f", "g"], Paths(Read($"# made on monday\n\n{A}  f\n\n{B}  g\n")));
        Assert.Equal(["f", "g"], Paths(Read($"{A}  f\r\n\r\n#\r\n{B}  g\r\n")));
        Assert.Equal(["f\r"], Paths(Read($"\\{A}  f\\r\n")));
    }

    [Fact]
    public void The_algorithm_is_the_one_that_a_line_names()
    {
        Assert.Null(Read($"{A}  f\n").Algorithm);
        Assert.Equal(DigestAlgorithm.Sha256, Read($"SHA256 (f) = {A}\nSHA256 (g) = {B}\n").Algorithm);
        Assert.Contains("line 2: names another algorithm", Refused($"SHA256 (f) = {A}\nBLAKE3 (g) = {B}\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_line_needs_no_end_and_any_other_does()
    {
        Assert.Equal(["f"], Paths(Read($"{A}  f")));
        var text = $"{A}  f\n{B}  long/name\n";
        for (var length = 0; length < text.Length; length++)
        {
            if (length == $"{A}  f\n".Length || (length > $"{A}  ".Length && length < $"{A}  f\n".Length)) continue;
            Assert.NotEmpty(Refused(text[..length]));
        }

        Assert.Contains("MANIFEST: line 2: does not end in a newline", Refused(text[..^1]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/etc/passwd", "is absolute")]
    [InlineData(".//etc/passwd", "is absolute")]
    [InlineData("../x", "\"..\"")]
    [InlineData("a/../../x", "\"..\"")]
    [InlineData("a/..", "\"..\"")]
    [InlineData("./..", "\"..\"")]
    [InlineData("a/./b", "\".\"")]
    [InlineData("././b", "\".\"")]
    [InlineData("./", "empty component")]
    [InlineData("a//b", "empty component")]
    [InlineData("a/", "empty component")]
    [InlineData("a\0b", "NUL")]
    public void A_path_that_could_leave_the_tree_or_that_no_file_has_is_refused_with_its_line(string path, string reason)
    {
        var message = Refused($"{A}  f\n{B}  {path}\n");
        Assert.StartsWith("MANIFEST: line 2: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_is_there_twice_is_named_with_both_lines()
    {
        Assert.Equal($"MANIFEST: line 3: f is in line 1 already, with another digest", Refused($"{A}  f\n{A}  g\n{B}  f\n"));
        Assert.Equal($"MANIFEST: line 2: f is in line 1 already, with the same digest", Refused($"{A}  f\n{A}  ./f\n"));
    }

    [Fact]
    public void What_is_too_long_or_too_deep_is_refused_and_a_path_beyond_the_system_calls_is_not()
    {
        var deep = string.Concat(Enumerable.Repeat("d/", SumPath.MaxDepth - 1)) + "f";
        Assert.Equal([deep], Paths(Read($"{A}  {deep}\n")));
        Assert.Contains("one in the other", Refused($"{A}  d/{deep}\n"), StringComparison.Ordinal);
        Assert.Equal(1, Read($"{A}  {new string('n', 255)}\n").Count);
        Assert.Contains("a name of 256 bytes", Refused($"{A}  {new string('n', 256)}\n"), StringComparison.Ordinal);
        Assert.Contains("longer than", Refused(new string('x', 3 << 20)), StringComparison.Ordinal);
        Assert.Contains("longer than", Refused($"{A}  f\n{new string('x', (1 << 20) + 1)}\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "has no line")]
    [InlineData("\n\n# nothing\n", "has no line")]
    [InlineData("\n\n\0\0", "line 3")]
    public void An_empty_manifest_is_refused(string text, string reason) => Assert.Contains(reason, Refused(text), StringComparison.Ordinal);

    [Fact]
    public void Line_ends_that_differ_are_damage()
    {
        Assert.Contains("line 2: ends in a carriage return", Refused($"{A}  f\n{B}  g\r\n"), StringComparison.Ordinal);
        Assert.Contains("line 2: ends without", Refused($"{A}  f\r\n{B}  g\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_show_hostile_names_harmlessly() =>
        Assert.DoesNotContain('\u001b', Refused($"{A}  \u001b[2J/../x\n"));

    [Fact]
    public void However_a_stream_is_cut_into_reads_the_lines_are_the_same()
    {
        var random = new Random(8);
        byte[] text = [.. Enumerable.Range(0, 3000).SelectMany(i => Encoding.UTF8.GetBytes($"{A}  dir{i % 7}/{i}-{new string('x', random.Next(200))}\n"))];
        var whole = Paths(SumFile.Read(new MemoryStream(text), "MANIFEST"));
        for (var seed = 0; seed < 5; seed++) Assert.Equal(whole, Paths(SumFile.Read(new ShortReads(text, new Random(seed)), "MANIFEST")));
    }

    [Fact]
    public void A_file_is_read_by_its_path_and_a_missing_one_is_named()
    {
        using var tree = new TempTree();
        tree.Write("sums", $"{A}  f\n");
        tree.Symlink("link", "sums");
        Assert.Equal(["f"], Paths(SumFile.ReadFile(tree["link"])));
        Assert.Contains(tree["nowhere"], Assert.Throws<LinuxException>(() => SumFile.ReadFile(tree["nowhere"])).Message, StringComparison.Ordinal);
        Assert.Equal(Errno.EISDIR, Assert.Throws<LinuxException>(() => SumFile.ReadFile(tree.Path)).Errno);
    }

    internal static string[] Paths(SumFile file) => [.. Enumerable.Range(0, file.Count).Select(i => Encoding.UTF8.GetString(file.PathOf(i)))];

    private static SumFile Read(string text) => SumFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "MANIFEST");

    private static string Refused(string text) => Assert.Throws<SumFileException>(() => Read(text)).Message;

    private sealed class ShortReads(byte[] data, Random random) : MemoryStream(data)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, random.Next(1, 40))]);
    }
}

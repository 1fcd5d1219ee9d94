using System.Text;
using Ferry.Core.Linux;
using Ferry.Core.Manifests.Bags;
using Ferry.Core.Manifests.Sums;
using Ferry.Core.Tests.Manifests.Sums;
using Ferry.Testing;

namespace Ferry.Core.Tests.Manifests.Bags;

public sealed class BagWriterTests : IDisposable
{
    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [RequiresFact("python3")]
    public void A_bag_is_as_the_standard_has_it()
    {
        string[] names = [.. HardNames.Utf8, .. HardNames.CarriageReturns, "50%", "%", "%0A", "%25", "%zz", "Case", "case"];
        SampleBag.Write(_tree, [.. names, .. names.Where(static name => name.Length < 200).Select(static name => $"{name} d/{name}")]);
        Assert.Equal($"{(2 * names.Length) - 1} files\n", Check().OrThrow().Text);
    }

    [RequiresFact("python3")]
    public void The_checker_of_this_test_finds_a_changed_byte()
    {
        SampleBag.Write(_tree);
        Check().OrThrow();
        _tree.Write("bag/data/a", "changed");
        Assert.NotEqual(0, Check().ExitCode);
    }

    [RequiresFact("sha256sum")]
    public void Its_manifests_are_also_those_of_sha256sum()
    {
        SampleBag.Write(_tree, ["plain", "with blank ", "sub/é"]);
        foreach (var manifest in new[] { "manifest-sha256.txt", "tagmanifest-sha256.txt" })
            Tool.Run("sha256sum", ["--strict", "-c", manifest], new ToolOptions { Cwd = _tree["bag"] }).OrThrow();
    }

    [Theory]
    [InlineData("manifest-sha256.txt")]
    [InlineData("bag-info.txt")]
    [InlineData("tagmanifest-sha256.txt")]
    [InlineData("bagit.txt")]
    public void Wherever_the_writing_stops_there_is_no_bag(string stop)
    {
        _tree.MakeDirectory($"bag/{stop}/in-the-way");
        Assert.Throws<LinuxException>(() => SampleBag.Write(_tree));
        Assert.False(File.Exists(_tree["bag/bagit.txt"]));
        Assert.False(BagReader.Read(_tree["bag"]).IsValid);
        Assert.DoesNotContain(_tree.Files("bag"), static name => name.Contains("ferry-tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void A_bag_that_is_begun_again_is_none_until_it_is_finished()
    {
        SampleBag.Write(_tree);
        Assert.True(BagReader.Read(_tree["bag"]).IsValid);
        BagWriter.Begin(_tree["bag"]);
        Assert.Contains("was not finished", Assert.Single(BagReader.Read(_tree["bag"]).Problems).Message, StringComparison.Ordinal);
        SampleBag.Write(_tree, ["a", "sub/b", "c"]);
        Assert.Equal(3, BagReader.Read(_tree["bag"]).Payload!.Count);
    }

    [Theory]
    [InlineData("manifest-md5.txt")]
    [InlineData("tagmanifest-sha512.txt")]
    [InlineData("fetch.txt")]
    public void The_bag_of_another_program_is_left_alone(string file)
    {
        SampleBag.Write(_tree);
        _tree.Write($"bag/{file}", "theirs");
        Assert.Contains(file, Assert.Throws<SumFileException>(() => BagWriter.Begin(_tree["bag"])).Message, StringComparison.Ordinal);
        Assert.True(_tree.Exists("bag/bagit.txt"));
    }

    [Fact]
    public void A_link_in_the_place_of_a_tag_file_is_replaced_and_not_followed()
    {
        _tree.Write("precious", "precious");
        _tree.Symlink("bag/manifest-sha256.txt", "../precious");
        SampleBag.Write(_tree);
        Assert.Equal("precious", _tree.ReadText("precious"));
        Assert.True(BagReader.Read(_tree["bag"]).IsValid);
    }

    [Fact]
    public void A_name_that_no_bag_can_have_is_refused()
    {
        Assert.Null(BagWriter.WhyRefused("é%\n"u8));
        Assert.Contains("not UTF-8", BagWriter.WhyRefused([0xe9]), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_encoded_path_comes_back()
    {
        var random = new Random(5);
        foreach (var name in Enumerable.Range(0, 5_000).Select(_ => HardNames.Random(random, utf8: random.Next(2) == 0)).Concat(HardNames.Encoded(["%0A", "%250A", "%", "%2", "%0d%0D\r"])))
        {
            var encoded = new byte[3 * name.Length];
            var length = BagPath.Encode(name, encoded);
            Assert.Equal(name, BagPath.Decode(encoded.AsSpan(0, length)));
        }

        Assert.Equal("a\r%25\n", Encoding.ASCII.GetString(BagPath.Decode("a%0d%25%0A"u8.ToArray(), percentToo: false)));
    }

    private ToolResult Check() =>
        Tool.Run("python3", [Repository.File("tests", "Ferry.Core.Tests", "Manifests", "Bags", "check_bag.py"), _tree["bag"], SampleBag.Agent]);
}

using System.Security.Cryptography;
using System.Text;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests.Bags;
using Ferry.Core.Tests.Manifests.Sums;
using Ferry.Core.Walking;
using Ferry.Testing;

namespace Ferry.Core.Tests.Manifests.Bags;

public sealed class BagReaderTests : IDisposable
{
    private static readonly string A = new('a', 64);
    private readonly TempTree _tree = new();

    public BagReaderTests() => SampleBag.Write(_tree);

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Our_bag_is_read_without_a_word()
    {
        var bag = BagReader.Read(_tree["bag"]);
        Assert.Empty(bag.Problems);
        Assert.Equal((true, DigestAlgorithm.Sha256, new PayloadOxum(18, 2)), (bag.IsValid, bag.Algorithm, bag.Oxum));
        Assert.Equal(["a", "sub/b"], SumFileTests.Paths(bag.Payload!));
        Assert.Equal(SampleBag.Sha256Of("content 0"u8.ToArray()), bag.Payload!.DigestOf(0));
    }

    [Fact]
    public void Every_flipped_bit_of_a_tag_file_is_found()
    {
        foreach (var name in new[] { "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt" })
        {
            var bytes = _tree.Read($"bag/{name}");
            for (var bit = 0; bit < bytes.Length * 8; bit++)
            {
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                File.WriteAllBytes(_tree[$"bag/{name}"], bytes);
                Assert.False(BagReader.Read(_tree["bag"]).IsValid, $"bit {bit % 8} of byte {bit / 8} of {name}");
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            }

            File.WriteAllBytes(_tree[$"bag/{name}"], bytes);
        }

        Assert.True(BagReader.Read(_tree["bag"]).IsValid);
    }

    [Theory]
    [InlineData("bagit.txt", null, "this is no bag")]
    [InlineData("bagit.txt", "", "two lines")]
    [InlineData("bagit.txt", "BagIt-Version: 2.0\nTag-File-Character-Encoding: UTF-8\n", "version of BagIt that is not known")]
    [InlineData("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-16\n", "one encoding that is read")]
    [InlineData("bagit.txt", "Tag-File-Character-Encoding: UTF-8\nBagIt-Version: 1.0\n", "does not begin with")]
    [InlineData("bagit.txt", "\ufeffBagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "byte-order mark")]
    [InlineData("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\nMore: x\n", "two lines")]
    [InlineData("bag-info.txt", "Payload-Oxum: 18.3\n", "tells of 3 payload files, and the manifest of 2")]
    [InlineData("bag-info.txt", "Payload-Oxum: 18\n", "BYTES.FILES")]
    [InlineData("bag-info.txt", "Payload-Oxum: 18.2\nPayload-Oxum: 18.2\n", "twice")]
    [InlineData("bag-info.txt", "nonsense\n", "without a label")]
    [InlineData("manifest-sha256.txt", null, "any other manifest")]
    [InlineData("manifest-sha256.txt", "@A  data/../../etc/passwd\n", "..")]
    [InlineData("manifest-sha256.txt", "@A  /etc/passwd\n", "is absolute")]
    [InlineData("manifest-sha256.txt", "@A  data/%0A/../x\n", "..")]
    [InlineData("manifest-sha256.txt", "@A  bagit.txt\n", "is not below data/")]
    [InlineData("manifest-sha256.txt", "@A  database\n", "is not below data/")]
    [InlineData("manifest-sha256.txt", "@A  data/\n", "empty component")]
    [InlineData("manifest-sha256.txt", "@A  data/a\n@A  data/a\n", "line 2: a is in line 1 already")]
    [InlineData("manifest-sha256.txt", "abcd  data/a\n", "digest of 64")]
    [InlineData("manifest-sha256.txt", "@A  data/a\n@A  data/sub", "may be cut off")]
    [InlineData("manifest-md5.txt", "@M  data/a\n", "lacks sub/b, unlike another manifest")]
    [InlineData("manifest-sha512.txt", "@S  data/a\n@S  data/sub/b\n@S  data/x\n", "has x, unlike another manifest")]
    [InlineData("fetch.txt", "https://example.org/x 10 data/x\n", "still to be fetched")]
    [InlineData("fetch.txt", "https://example.org/x 10 data/../x\n", "..")]
    [InlineData("fetch.txt", "https://example.org/x 10 bagit.txt\n", "is not below data/")]
    [InlineData("fetch.txt", "https://example.org/x data/x\n", "a URL, a length and a path")]
    [InlineData("tagmanifest-sha256.txt", "@A  nowhere.txt\n", "cannot be read")]
    [InlineData("tagmanifest-sha256.txt", "@A  ../../etc/passwd\n", "..")]
    [InlineData("tagmanifest-sha256.txt", "@A  data/a\n", "no tag file")]
    [InlineData("tagmanifest-sha256.txt", "@A  bagit.txt\n", "is not as tagmanifest-sha256.txt says")]
    public void A_bag_that_is_not_as_it_should_be_is_told_in_a_line(string file, string? contents, string reason)
    {
        if (contents is null) File.Delete(_tree[$"bag/{file}"]);
        else _tree.Write($"bag/{file}", contents.Replace("@A", A, StringComparison.Ordinal).Replace("@M", A[..32], StringComparison.Ordinal).Replace("@S", A + A, StringComparison.Ordinal));
        var bag = BagReader.Read(_tree["bag"]);
        Assert.False(bag.IsValid);
        Assert.Contains(bag.Problems, problem => problem.Kind == ProblemKind.Failure && problem.Message.Contains(reason, StringComparison.Ordinal));
        Assert.All(bag.Problems, problem => Assert.StartsWith(_tree["bag"] + "/", problem.Message, StringComparison.Ordinal));
        Assert.All(bag.Problems, static problem => Assert.DoesNotContain('\n', problem.Message));
    }

    [Fact]
    public void What_cannot_be_seen_to_be_right_is_a_warning()
    {
        File.Delete(_tree["bag/tagmanifest-sha256.txt"]);
        var bag = BagReader.Read(_tree["bag"]);
        Assert.Contains("a change of the tag files cannot be seen", Assert.Single(bag.Problems).Message, StringComparison.Ordinal);
        Assert.True(bag.IsValid);
    }

    [Fact]
    public void Names_that_differ_only_in_case_are_warned_of()
    {
        using var tree = new TempTree();
        SampleBag.Write(tree, ["Über/file", "über/File", "other"]);
        var bag = BagReader.Read(tree["bag"]);
        Assert.Contains("upper and lower case", Assert.Single(bag.Problems).Message, StringComparison.Ordinal);
        Assert.True(bag.IsValid);
    }

    [Fact]
    public void An_older_bag_with_several_manifests_is_read_and_a_percent_sign_in_it_is_one()
    {
        using var tree = new TempTree();
        tree.Write("bag/bagit.txt", "BagIt-Version: 0.97\r\nTag-File-Character-Encoding: UTF-8\r\n");
        tree.Write("bag/data/100%25", "x");
        var (md5, sha256, sha512) = (A[..32], SampleBag.Sha256Of("x"u8.ToArray()).ToHex(), Convert.ToHexStringLower(SHA512.HashData("x"u8)));
        tree.Write("bag/manifest-md5.txt", $"{md5} *data/100%25\r\n");
        tree.Write("bag/manifest-sha256.txt", $"{sha256}\tdata/100%25\n");
        tree.Write("bag/manifest-sha512.txt", $"{sha512}   ./data/100%25\n");
        tree.Write("bag/tagmanifest-sha512.txt", string.Concat(
            new[] { "bagit.txt", "manifest-md5.txt", "manifest-sha256.txt", "manifest-sha512.txt" }.Select(name => $"{Convert.ToHexStringLower(SHA512.HashData(tree.Read($"bag/{name}")))}  {name}\n")));
        var bag = BagReader.Read(tree["bag"]);
        Assert.Equal([], bag.Problems.Select(static problem => problem.Message));
        Assert.Equal(("100%25", sha256), (SumFileTests.Paths(bag.Payload!)[0], bag.Payload!.DigestOf(0).ToHex()));
        tree.Write("bag/tagmanifest-md5.txt", $"{md5}  bagit.txt\n{md5}  manifest-md5.txt\n{md5}  manifest-sha256.txt\n{md5}  manifest-sha512.txt\n");
        Assert.Contains("Ferry does not compute md5", Assert.Single(BagReader.Read(tree["bag"]).Problems).Message, StringComparison.Ordinal);
        File.Delete(tree["bag/manifest-sha256.txt"]);
        Assert.Contains(BagReader.Read(tree["bag"]).Problems, static problem => problem.Message.Contains("cannot be checked by Ferry", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_that_were_to_be_fetched_and_are_there_are_no_problem()
    {
        _tree.Write("bag/fetch.txt", "https://example.org/b - data/sub/b\n");
        Assert.True(BagReader.Read(_tree["bag"]).IsValid);
    }

    [Fact]
    public void Links_lead_nowhere()
    {
        _tree.Write("outside/secret", "secret");
        _tree.Symlink("bag/sub", "../outside");
        _tree.Write("bag/tagmanifest-sha256.txt", $"{A}  sub/secret\n");
        var problem = BagReader.Read(_tree["bag"]).Problems.First(static problem => problem.Path.EndsWith("sub/secret", StringComparison.Ordinal));
        Assert.Contains("cannot be read", problem.Message, StringComparison.Ordinal);
        File.Delete(_tree["bag/bagit.txt"]);
        _tree.Symlink("bag/bagit.txt", "../outside/secret");
        Assert.Contains("bagit.txt: cannot be read", Assert.Single(BagReader.Read(_tree["bag"]).Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_payload_is_a_bag_too()
    {
        using var tree = new TempTree();
        SampleBag.Write(tree, []);
        var bag = BagReader.Read(tree["bag"]);
        Assert.Equal((true, 0, new PayloadOxum(0, 0)), (bag.IsValid, bag.Payload!.Count, bag.Oxum));
    }

    [Fact]
    public void A_directory_that_is_not_there_is_an_error() =>
        Assert.Throws<LinuxException>(() => BagReader.Read(_tree["nowhere"]));

    [Fact]
    public void Damage_of_any_kind_is_told_and_never_thrown()
    {
        var random = new Random(9);
        string[] names = ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "fetch.txt"];
        var whole = names.ToDictionary(static name => name, name => _tree.Exists($"bag/{name}") ? _tree.Read($"bag/{name}") : "u 1 data/a\n"u8.ToArray());
        for (var i = 0; i < LongRun.Count(1_500, 50_000); i++)
        {
            var name = names[random.Next(names.Length)];
            var bytes = (byte[])whole[name].Clone();
            for (var change = random.Next(1, 4); change > 0; change--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(_tree[$"bag/{name}"], bytes[..random.Next(bytes.Length + 1)]);
            Assert.All(BagReader.Read(_tree["bag"]).Problems, static problem => Assert.DoesNotContain('\n', problem.Message));
            File.WriteAllBytes(_tree[$"bag/{name}"], whole[name]);
        }
    }
}

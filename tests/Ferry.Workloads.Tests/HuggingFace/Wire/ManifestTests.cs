using System.Text;
using System.Text.Json;
using Ferry.Core.Hashing;
using Ferry.Testing;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.Tests.HuggingFace.Wire;

public sealed class ManifestTests
{
    private static readonly string Sha1 = new('d', 40);
    private static readonly string Commit = new('c', 40);
    private static readonly string Sha256 = new('e', 64);

    [Fact]
    public void What_the_older_tool_wrote_is_read()
    {
        var manifest = Good($$"""
            {"repo": "org/name", "revision": "{{Commit}}", "repo_type": "dataset", "files": [
              {"path": "README.md", "blob": "{{Sha1}}", "size": 12},
              {"path": "data/a.csv", "blob": "{{Sha256}}", "size": 9007199254740992}]}
            """);
        Assert.Equal("datasets/org/name", manifest.Repo.ToString());
        Assert.Equal(Commit, manifest.Revision.Hex);
        Assert.Equal(["README.md", "data/a.csv"], manifest.Files.Select(file => file.Path.Text));
        Assert.Equal(12 + (1L << 53), manifest.Bytes);
        Assert.Equal(RepoVisibility.Unknown, manifest.Visibility);
        Assert.False(manifest.IsComplete);
        Assert.Null(manifest.Writer);
    }

    [Fact]
    public void A_manifest_comes_back_as_it_was_written()
    {
        var written = Good(Minimal()) with
        {
            Visibility = RepoVisibility.Gated,
            IsComplete = true,
            Writer = "ferry 0.1.0",
            Sha256 = new Dictionary<BlobName, Digest> { [Blob(Sha1)] = Digest.FromBytes([.. Enumerable.Range(0, 32).Select(n => (byte)n)]) },
        };
        var read = ManifestReader.Read(ManifestWriter.Write(written).Span).Manifest!;
        Assert.Equal(written.Files, read.Files);
        Assert.Equal(written.Sha256, read.Sha256);
        Assert.Equal(written with { Files = read.Files, Sha256 = read.Sha256 }, read);
    }

    /// <summary>The older tool makes an object of each entry, with exactly these keys, and looks at nothing else.</summary>
    [Fact]
    public void Entries_have_no_other_keys_than_the_older_tool_takes()
    {
        using var json = JsonDocument.Parse(ManifestWriter.Write(Good(Minimal())));
        Assert.Equal(["repo", "revision", "repo_type", "files", "ferry"], json.RootElement.EnumerateObject().Select(each => each.Name));
        Assert.All(json.RootElement.GetProperty("files").EnumerateArray(), file => Assert.Equal(["path", "blob", "size"], file.EnumerateObject().Select(each => each.Name)));
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{}", "no repo")]
    [InlineData("{\"repo\": \"a/b\"", "not JSON")]
    [InlineData("{\"repo\": 1}", "repo")]
    [InlineData("{\"repo\": \"a/b\", \"repo\": \"a/b\"}", "twice")]
    [InlineData("{\"files\": {}}", "not a list")]
    [InlineData("{\"files\": [], \"files\": []}", "twice")]
    [InlineData("{\"repo\": \"../b\", \"revision\": \"x\", \"files\": []}", "repo that")]
    [InlineData("{\"repo\": \"a/b\", \"revision\": \"x\", \"files\": []}", "revision that")]
    [InlineData("{\"repo\": \"a/b\", \"revision\": \"x\", \"repo_type\": \"bucket\", \"files\": []}", "repo_type")]
    [InlineData("{\"ferry\": []}", "ferry")]
    [InlineData("{\"ferry\": {\"bytes\": -1}}", "bytes")]
    [InlineData("{\"ferry\": {\"complete\": 1}}", "complete")]
    [InlineData("{\"ferry\": {\"sha256\": {\"x\": \"y\"}}}", "sha256")]
    [InlineData("{\"ferry\": {\"digest\": \"x\"}}", "digest")]
    [InlineData("{} {}", "not JSON")]
    [InlineData("{\"a\":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}", "not JSON")]
    public void A_manifest_that_is_none_is_refused_as_a_whole(string json, string reason)
    {
        var reading = ManifestReader.Read(Encoding.UTF8.GetBytes(json));
        Assert.Null(reading.Manifest);
        Assert.Contains(reason, reading.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"path\": \"../x\", \"blob\": \"B\", \"size\": 1}", ".. as a component")]
    [InlineData("{\"path\": \"/x\", \"blob\": \"B\", \"size\": 1}", "absolute")]
    [InlineData("{\"path\": \"a\\u0000b\", \"blob\": \"B\", \"size\": 1}", "control character")]
    [InlineData("{\"path\": \"a\\ud800b\", \"blob\": \"B\", \"size\": 1}", "not text")]
    [InlineData("{\"path\": \"x\", \"blob\": \"../../x\", \"size\": 1}", "hexadecimal")]
    [InlineData("{\"path\": \"x\", \"blob\": \"B\", \"size\": -1}", "size")]
    [InlineData("{\"path\": \"x\", \"blob\": \"B\", \"size\": 9007199254740993}", "size")]
    [InlineData("{\"path\": \"x\", \"blob\": \"B\", \"size\": 1e3}", "size")]
    [InlineData("{\"path\": \"x\", \"blob\": \"B\", \"size\": \"1\"}", "size")]
    [InlineData("{\"path\": \"x\", \"blob\": \"B\"}", "no size")]
    [InlineData("{\"path\": \"x\", \"path\": \"y\", \"blob\": \"B\", \"size\": 1}", "twice")]
    [InlineData("{\"path\": {\"a\": [1]}, \"blob\": \"B\", \"size\": 1}", "not text")]
    [InlineData("{\"path\": \"good\", \"blob\": \"B\", \"size\": 1}", "there twice")]
    [InlineData("{\"path\": \"good/x\", \"blob\": \"B\", \"size\": 1}", "directory that is a file")]
    [InlineData("{\"path\": \"good/x/y\", \"blob\": \"B\", \"size\": 1}", "directory that is a file")]
    [InlineData("{\"path\": \"x\", \"blob\": \"B\", \"size\": 2}", "another size")]
    [InlineData("[1]", "not an object")]
    [InlineData("null", "not an object")]
    public void A_file_that_cannot_be_is_refused_with_its_reason_and_the_rest_is_read(string entry, string reason)
    {
        var good = $"{{\"path\": \"good\", \"blob\": \"{Sha1}\", \"size\": 1}}";
        var reading = ManifestReader.Read(Encoding.UTF8.GetBytes(
            $"{{\"repo\": \"a/b\", \"revision\": \"{Commit}\", \"files\": [{good}, {entry.Replace("\"B\"", $"\"{Sha1}\"", StringComparison.Ordinal)}]}}"));
        Assert.False(reading.IsGood);
        Assert.Equal("good", Assert.Single(reading.Manifest!.Files).Path.Text);
        var refused = Assert.Single(reading.Refused);
        Assert.Equal((1, 1), (reading.RefusedCount, refused.Index));
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_ten_megabytes_is_refused_without_being_kept()
    {
        var reading = ManifestReader.Read(Encoding.UTF8.GetBytes(
            $"{{\"repo\": \"a/b\", \"revision\": \"{Commit}\", \"files\": [{{\"path\": \"{new string('a', 10_000_000)}\", \"blob\": \"{Sha1}\", \"size\": 1}}]}}"));
        Assert.True(Assert.Single(reading.Refused).ToString().Length < 200);
    }

    [Fact]
    public void Ten_million_files_are_refused()
    {
        var json = new StringBuilder($"{{\"repo\": \"a/b\", \"revision\": \"{Commit}\", \"files\": [0");
        for (var i = 1; i < 10_000_000; i++) json.Append(",0");
        var reading = ManifestReader.Read(Encoding.UTF8.GetBytes(json.Append("]}").ToString()));
        Assert.Null(reading.Manifest);
        Assert.Contains("files", reading.Reason, StringComparison.Ordinal);
        Assert.Null(ManifestReader.Read(new byte[ManifestFormat.MaxBytes + 1]).Manifest);
    }

    [Fact]
    public void Sizes_that_do_not_add_up_are_refused()
    {
        var text = Encoding.UTF8.GetString(ManifestWriter.Write(Good(Minimal())).Span);
        Assert.NotNull(ManifestReader.Read(Encoding.UTF8.GetBytes(text)).Manifest);
        Assert.Contains("damaged", ManifestReader.Read(Encoding.UTF8.GetBytes(text.Replace("\"bytes\": 1", "\"bytes\": 2", StringComparison.Ordinal))).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x/y", "x/z")]
    [InlineData("\"repo\": \"a/b\"", "\"repo\": \"a/c\"")]
    [InlineData("dddddddddddddddddddddddddddddddddddddddd", "dddddddddddddddddddddddddddddddddddddddc")]
    [InlineData("cccccccccccccccccccccccccccccccccccccccc", "cccccccccccccccccccccccccccccccccccccccd")]
    [InlineData("\"model\"", "\"space\"")]
    public void A_name_that_has_changed_on_its_way_is_noticed(string from, string to)
    {
        var text = Encoding.UTF8.GetString(ManifestWriter.Write(Good(Minimal())).Span);
        var damaged = text.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(text, damaged);
        Assert.Contains("damaged", ManifestReader.Read(Encoding.UTF8.GetBytes(damaged)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void No_damage_makes_the_reader_fail_or_believe_a_bad_path()
    {
        var whole = ManifestWriter.Write(Good(Minimal())).ToArray();
        var rounds = LongRun.Count(2_000, 20_000);
        for (var seed = 0; seed < rounds; seed++)
        {
            var random = new Random(seed);
            var damaged = whole[..random.Next(whole.Length + 1)].Concat(whole[random.Next(whole.Length)..]).ToArray();
            for (var i = random.Next(4); i > 0 && damaged.Length > 0; i--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            var reading = ManifestReader.Read(damaged);
            Assert.True((reading.Manifest is null) == (reading.Reason is not null), $"seed {seed}");
            Assert.All(reading.Manifest?.Files ?? [], file => Assert.True(RepoPath.TryParse(file.Path.Text, out _, out _), $"seed {seed}"));
        }
    }

    private static string Minimal() =>
        $"{{\"repo\": \"a/b\", \"revision\": \"{Commit}\", \"files\": [{{\"path\": \"x/y\", \"blob\": \"{Sha1}\", \"size\": 1}}]}}";

    private static RepoManifest Good(string json)
    {
        var reading = ManifestReader.Read(Encoding.UTF8.GetBytes(json));
        Assert.Null(reading.Reason);
        Assert.True(reading.IsGood);
        return reading.Manifest!;
    }

    private static BlobName Blob(string hex) => BlobName.TryParse(hex, out var name, out var reason) ? name : throw new ArgumentException(reason);
}

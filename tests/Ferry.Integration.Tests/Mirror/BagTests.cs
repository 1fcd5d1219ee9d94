using System.Text.Json;
using Ferry.Integration.Tests.BadInput;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Mirror;

/// <summary><c>ferry mirror --bagit</c>, judged by a checker written from RFC 8493.</summary>
public sealed class BagTests : IDisposable
{
    private static readonly string[] TagFiles = ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"];

    private readonly FerryUser _user = new();

    private TempTree Tree => _user.Tree;

    public void Dispose() => _user.Dispose();

    [RequiresFact("ferry", "python3")]
    public void A_mirror_makes_a_bag_as_the_standard_has_it()
    {
        string[] names =
        [
            "plain", " leading", "trailing ", "a\nb", "\r", "end\r", "50%", "%", "%0A", "%25", "%zz", "back\\slash", "*star", "#hash", "é", "e\u0301", "日本", "-", "Case", "case", ".hidden",
        ];
        foreach (var name in names)
        {
            Tree.Write($"src/{name}", name);
            Tree.Write($"src/{name} d/{name}", $"{name} below");
        }

        Tree.Write("src/BLAKE3SUMS", "theirs");
        Tree.Write("src/.DS_Store", "litter");
        Make().OrThrow();
        Assert.Equal($"{(2 * names.Length) + 1} files\n", Check().OrThrow().Text);
        Assert.False(Tree.Exists("src/SHA256SUMS"));
        Verify().OrThrow();
    }

    [RequiresFact("ferry", "python3")]
    public void An_empty_tree_makes_a_bag_too()
    {
        Tree.MakeDirectory("src");
        Make().OrThrow();
        Assert.Equal("0 files\n", Check().OrThrow().Text);
        Verify().OrThrow();
    }

    [RequiresFact("ferry", "python3")]
    public void Made_again_it_has_what_the_source_has_and_only_that_is_copied()
    {
        Fill();
        Make().OrThrow();
        Tree.Write("src/c", "new");
        using (var report = JsonDocument.Parse(Make("--json").OrThrow().Text))
        {
            Assert.Equal(1, report.RootElement.GetProperty("copy").GetProperty("files").GetInt64());
            Assert.Equal(Tree["bag/manifest-sha256.txt"], report.RootElement.GetProperty("manifest").GetProperty("paths")[0].GetString());
            Assert.True(report.RootElement.GetProperty("verification").GetProperty("bag").GetProperty("valid_around_payload").GetBoolean());
        }

        Assert.Equal("3 files\n", Check().OrThrow().Text);
        File.Delete(Tree["src/a"]);
        Refuse(() => Make(), "data/a", "--delete");
        Assert.Equal("3 files\n", Check().OrThrow().Text);
        Make("--delete", "--yes").OrThrow();
        Assert.Equal("2 files\n", Check().OrThrow().Text);
    }

    [RequiresFact("ferry")]
    public void What_no_bag_can_hold_is_named_before_anything_is_made()
    {
        Fill();
        Tree.Write([.. "src/sub/caf"u8, 0xe9], "latin"u8);
        Tree.Symlink("src/link", "a");
        Refuse(() => Make(), "src/link", "symbolic link", "caf", "not UTF-8", "nothing was copied");
        Refuse(() => Make("--dry-run"), "src/link");
        Assert.False(Tree.Exists("bag"));
        Make("--exclude", "link", "--exclude", "caf*").OrThrow();
    }

    [RequiresFact("ferry", "python3")]
    public void Killed_before_its_end_it_is_no_bag_and_the_same_command_finishes_it()
    {
        Fill();
        Make().OrThrow();
        Tree.WriteRandom("src/large", 30_000_000);
        using (var mirror = _user.Start("mirror", "--bagit", "--bandwidth-limit", "1MB", Tree["src"], Tree["bag"]))
        {
            Assert.True(SpinWait.SpinUntil(() => mirror.HasExited || !Tree.Exists("bag/bagit.txt"), TimeSpan.FromMinutes(1)));
            mirror.Kill();
        }

        Assert.False(Tree.Exists("bag/bagit.txt"));
        var result = Verify();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("was not finished", result.Stderr, StringComparison.Ordinal);
        Make().OrThrow();
        Assert.Equal("3 files\n", Check().OrThrow().Text);
    }

    [RequiresTheory("ferry")]
    [InlineData("manifest-sha256.txt")]
    [InlineData("tagmanifest-sha256.txt")]
    [InlineData("bagit.txt")]
    public void A_bag_whose_files_cannot_be_written_is_none(string inTheWay)
    {
        Fill();
        Tree.MakeDirectory($"bag/{inTheWay}/x");
        var result = Make();
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(inTheWay, result.Stderr, StringComparison.Ordinal);
        Assert.False(File.Exists(Tree["bag/bagit.txt"]));
    }

    [RequiresFact("ferry")]
    public void A_bag_with_more_in_it_than_was_copied_is_none()
    {
        Fill();
        Tree.Write("bag/data/.DS_Store", "left by a Mac");
        var result = Make();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(".DS_Store", result.Stderr, StringComparison.Ordinal);
        Assert.False(Tree.Exists("bag/bagit.txt"));
    }

    [RequiresFact("ferry")]
    public void A_flipped_bit_in_any_file_of_a_bag_is_found_and_the_file_named()
    {
        Fill();
        Make().OrThrow();
        foreach (var file in (string[])["data/a", "data/sub/b", .. TagFiles])
        {
            var good = Tree.Read($"bag/{file}");
            foreach (var position in new[] { 0, good.Length / 2, good.Length - 1 })
            {
                var flipped = (byte[])good.Clone();
                flipped[position] ^= 1;
                Tree.Write($"bag/{file}", flipped);
                var result = Verify();
                Assert.True(result.ExitCode == 1, $"{file} at {position}: {result}");
                Assert.Contains(file.StartsWith("data/", StringComparison.Ordinal) ? file["data/".Length..] : file, result.Stderr, StringComparison.Ordinal);
            }

            Tree.Write($"bag/{file}", good);
        }

        Verify().OrThrow();
    }

    [RequiresTheory("ferry")]
    [InlineData("rm data/a", "missing   a")]
    [InlineData("echo x > data/sub/x", "extra     sub/x")]
    [InlineData("echo x >> data/a", "changed   a")]
    [InlineData("echo x > data/._a", "extra     ._a")]
    [InlineData("rm tagmanifest-sha256.txt; sed -i 's/^Payload-Oxum: .*/Payload-Oxum: 7.2/' bag-info.txt", "tells of 7 payload bytes, and there are 12")]
    [InlineData("rm tagmanifest-sha256.txt; sed -i 's/^Payload-Oxum: .*/Payload-Oxum: 12.3/' bag-info.txt", "tells of 3 payload files")]
    [InlineData("rm bagit.txt", "bagit.txt")]
    public void Whatever_is_not_as_the_bag_says_is_told(string script, string words)
    {
        Fill();
        Make().OrThrow();
        Tool.Bash($"cd \"$1\" && {script}", Tree["bag"]).OrThrow();
        var result = Verify();
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Contains(words, result.Stderr, StringComparison.Ordinal);
        Assert.Contains("DIFFERS", result.Stderr, StringComparison.Ordinal);
    }

    [RequiresFact("ferry", "sha512sum", "sha256sum")]
    public void A_bag_of_another_program_is_verified_by_what_ferry_computes_and_never_changed()
    {
        const string foreign = "mkdir -p bag/data && cd bag && echo x > data/x && printf 'BagIt-Version: 0.97\\nTag-File-Character-Encoding: UTF-8\\n' > bagit.txt && ";
        Tool.Bash($"cd \"$1\" && {foreign} sha512sum data/x > manifest-sha512.txt", Tree.Path).OrThrow();
        var alone = Verify();
        Assert.Equal(1, alone.ExitCode);
        Assert.Contains("manifest-sha512.txt cannot be checked by Ferry", alone.Stderr, StringComparison.Ordinal);
        Tool.Bash("cd \"$1\" && sha256sum data/x > manifest-sha256.txt", Tree["bag"]).OrThrow();
        Verify().OrThrow();
        Tree.Write("src/y", "y");
        Tree.Write("src/x", "x");
        var before = Refusal.Snapshot(Tree["bag"]);
        Refuse(() => Make(), "manifest-sha512.txt", "another program");
        Assert.Equal(before, Refusal.Snapshot(Tree["bag"]));
    }

    [RequiresFact("ferry")]
    public void A_bag_is_recognised_where_there_is_no_other_manifest()
    {
        Fill();
        Make().OrThrow();
        _user.Run("mirror", "--step", "verify", Tree["bag"]).OrThrow();
        _user.Run("mirror", "--step", "verify", Tree["src"], Tree["bag"]).OrThrow();
        Tree.Write("bag/data/a", "other");
        Assert.Contains("changed   a", _user.Run("mirror", "--step", "verify", Tree["bag"]).Stderr, StringComparison.Ordinal);
        Refuse(() => _user.Run("mirror", "--step", "verify", "--exclude", "x", Tree["bag"]), "is a bag", "--exclude");
        _user.Run("mirror", "--step", "make-manifest", Tree["bag"]).OrThrow();
        Assert.Contains("BLAKE3SUMS", _user.Run("mirror", "--step", "verify", "--json", Tree["bag"]).OrThrow().Text, StringComparison.Ordinal);
    }

    [RequiresFact("ferry")]
    public void A_receipt_is_about_the_manifest_of_the_bag()
    {
        Fill();
        Make("--receipt", Tree["receipt"]).OrThrow();
        using (var receipt = JsonDocument.Parse(Tree.Read("receipt")))
        {
            Assert.Equal("sha256", receipt.RootElement.GetProperty("manifest").GetProperty("algorithm").GetString());
        }

        Verify("--check-receipt", Tree["receipt"]).OrThrow();
        Tree.Write("src/c", "more");
        Make().OrThrow();
        Assert.Contains("is about another manifest", Verify("--check-receipt", Tree["receipt"]).Stderr, StringComparison.Ordinal);
    }

    [RequiresTheory("ferry")]
    [InlineData("--algo blake3 src bag", "--algo")]
    [InlineData("--manifest m src bag", "--manifest")]
    [InlineData("--step copy src bag", "--step")]
    [InlineData("--step make-manifest src", "--step")]
    [InlineData("--step verify --repair src bag", "--repair")]
    [InlineData("--step verify --exclude x bag", "--exclude")]
    [InlineData("src host:/bag", "this machine")]
    [InlineData("host:/src bag", "this machine")]
    [InlineData("src src", "source itself")]
    [InlineData("src src/bag", "inside the source")]
    [InlineData("--step verify nowhere", "nowhere/data does not exist")]
    public void What_does_not_go_with_a_bag_is_refused_in_one_line(string line, string words)
    {
        Fill();
        var env = new Dictionary<string, string?> { ["HOME"] = _user.Home };
        Refusal.ExpectUntouched(Tree.Path, () => FerryBinary.Run(["mirror", "--bagit", "--quiet", .. line.Split(' ')], env, cwd: Tree.Path), 2, words);
    }

    private void Fill()
    {
        Tree.Write("src/a", "first\n");
        Tree.Write("src/sub/b", "second");
    }

    private ToolResult Make(params string[] options) => _user.Run(["mirror", "--bagit", .. options, Tree["src"], Tree["bag"]]);

    private ToolResult Verify(params string[] options) => _user.Run(["mirror", "--step", "verify", "--bagit", .. options, Tree["bag"]]);

    private static void Refuse(Func<ToolResult> run, params string[] words)
    {
        var result = run();
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.All(words, word => Assert.Contains(word, result.Stderr, StringComparison.Ordinal));
    }

    private ToolResult Check() => Tool.Run(
        "python3", [Repository.File("tests", "Ferry.Core.Tests", "Manifests", "Bags", "check_bag.py"), Tree["bag"], $"ferry {FerryBinary.Run(["--version"]).OrThrow().Text.Trim()}"]);
}

using Ferry.Workloads.HuggingFace.Names;
using FsCheck;
using FsCheck.Fluent;

namespace Ferry.Workloads.Tests.HuggingFace.Names;

public sealed class NameTests
{
    [Theory]
    [InlineData("gpt2", "models--gpt2")]
    [InlineData("julien-c/EsperBERTo-small", "models--julien-c--EsperBERTo-small")]
    [InlineData("a_b/c.d-e__f", "models--a_b--c.d-e__f")]
    public void An_id_becomes_a_folder_and_comes_back(string name, string folder)
    {
        Assert.True(RepoId.TryParse(RepoType.Model, name, out var id, out _));
        Assert.Equal(folder, id.Folder);
        Assert.True(RepoId.TryParseFolder(folder, out var back, out _));
        Assert.Equal(id, back);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/name")]
    [InlineData("org/")]
    [InlineData("datasets/org/name")]
    [InlineData("org--name")]
    [InlineData("or/na--me")]
    [InlineData("org/-name")]
    [InlineData("org/name.")]
    [InlineData("../name")]
    [InlineData("org/..")]
    [InlineData("org/na..me")]
    [InlineData("org/name.git")]
    [InlineData("org/na me")]
    [InlineData("org/n\u00e4me")]
    [InlineData("org/na\0me")]
    public void What_the_hub_does_not_allow_is_no_id(string name)
    {
        Assert.False(RepoId.TryParse(RepoType.Model, name, out var id, out var reason));
        Assert.Null(id);
        Assert.DoesNotContain('\n', reason);
    }

    [Theory]
    [InlineData("models--a--b--c")]
    [InlineData("models--")]
    [InlineData("models--a---b")]
    [InlineData("modelsx--a--b")]
    [InlineData("blobs")]
    public void A_folder_that_no_id_becomes_is_refused(string folder) => Assert.False(RepoId.TryParseFolder(folder, out _, out _));

    [Fact]
    public void Every_id_comes_back_from_its_folder_with_its_type()
    {
        var part = Gen.Elements("abzAZ09_-.".ToCharArray()).ArrayOf().Select(characters => new string(characters));
        Prop.ForAll(part.ToArbitrary(), part.ToArbitrary(), Gen.Elements(RepoType.Model, RepoType.Dataset, RepoType.Space).ToArbitrary(), (org, name, type) =>
        {
            if (!RepoId.TryParse(type, $"{org}/{name}", out var id, out var reason)) return reason.Length > 0;
            return RepoId.TryParseFolder(id.Folder, out var back, out _) && back == id;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("config.json", 0)]
    [InlineData("onnx/model.onnx", 1)]
    [InlineData("a/b/c/d e\u00e9.txt", 3)]
    [InlineData(".gitattributes", 0)]
    [InlineData("a..b/...", 1)]
    public void A_relative_path_is_one(string text, int depth)
    {
        Assert.True(RepoPath.TryParse(text, out var path, out _));
        Assert.Equal(text, path.Text);
        Assert.Equal(depth, path.Depth);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../x")]
    [InlineData("a/../b")]
    [InlineData("a/..")]
    [InlineData("./a")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\\..\\b")]
    [InlineData("\\\\host\\share")]
    [InlineData("C:x")]
    [InlineData("a/c:/x")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData(".ferry-tmp-1-2-3")]
    public void A_path_that_could_lead_elsewhere_is_refused(string text) => Assert.False(RepoPath.TryParse(text, out _, out _));

    // Not as data of a theory: no text with half a character survives the way there.
    [Fact]
    public void A_path_that_is_not_Unicode_is_refused()
    {
        Assert.False(RepoPath.TryParse("a\ud800b", out _, out _));
        Assert.False(RepoPath.TryParse("\udc00", out _, out _));
        Assert.True(RepoPath.TryParse("\ud83e\udd17.txt", out _, out _));
    }

    [Fact]
    public void Names_that_are_too_long_are_refused()
    {
        Assert.False(RepoPath.TryParse(new string('a', 256), out _, out _));
        Assert.False(RepoPath.TryParse(new string('\u00e9', 128), out _, out _));
        Assert.True(RepoPath.TryParse(new string('a', 255), out _, out _));
        Assert.False(RepoPath.TryParse(string.Join('/', Enumerable.Repeat("abcdefghi", 201)), out _, out _));
        Assert.False(RepoPath.TryParse(new string('a', 10_000_000), out _, out _));
        Assert.False(RefName.TryParse(new string('a', 10_000_000), out _, out _));
        Assert.False(RepoId.TryParse(RepoType.Model, new string('a', 97), out _, out _));
    }

    [Fact]
    public void A_path_that_is_accepted_stays_below_its_root()
    {
        var piece = Gen.Elements("..", ".", "", "a", "b c", "/", "\\", "C:", "\0", "\n", "\u00e9", "...");
        var paths = piece.ArrayOf().Select(pieces => string.Join('/', pieces)).ToArbitrary();
        Prop.ForAll(paths, text =>
        {
            if (!RepoPath.TryParse(text, out var path, out var reason)) return reason.Length > 0;
            var full = Path.GetFullPath(Path.Join("/root/of/all", path.Text));
            return full == "/root/of/all/" + text && path.Text == (path.Directory.Length == 0 ? "" : path.Directory + "/") + path.FileName;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("main", true)]
    [InlineData("v1.0", true)]
    [InlineData("refs/pr/1", true)]
    [InlineData("refs/convert/parquet", true)]
    [InlineData("feature/a-b_c@d", true)]
    [InlineData("", false)]
    [InlineData("/main", false)]
    [InlineData("main/", false)]
    [InlineData("a//b", false)]
    [InlineData("../main", false)]
    [InlineData("a/../b", false)]
    [InlineData("a..b", false)]
    [InlineData(".hidden", false)]
    [InlineData("a/.b", false)]
    [InlineData("main.lock", false)]
    [InlineData("main.", false)]
    [InlineData("a b", false)]
    [InlineData("a\\b", false)]
    [InlineData("a\nb", false)]
    [InlineData("a@{1}", false)]
    [InlineData("@", false)]
    [InlineData("0123456789abcdef0123456789abcdef01234567", false)]
    public void A_ref_follows_the_rule_of_git(string text, bool isOne) => Assert.Equal(isOne, RefName.TryParse(text, out _, out _));

    [Fact]
    public void Commits_and_blobs_are_lower_case_digits_of_the_right_number()
    {
        var sha1 = new string('a', 40);
        var sha256 = new string('0', 64);
        Assert.True(Revision.TryParse(sha1, out _, out _));
        Assert.True(BlobName.TryParse(sha1, out var git, out _) && !git.IsSha256);
        Assert.True(BlobName.TryParse(sha256, out var lfs, out _) && lfs.IsSha256);
        Assert.False(Revision.TryParse(sha256, out _, out _));
        Assert.False(Revision.TryParse(sha1 + "\n", out _, out _));
        Assert.False(Revision.TryParse(sha1.ToUpperInvariant(), out _, out _));
        Assert.False(BlobName.TryParse(sha256.Replace('0', 'A'), out _, out _));
        Assert.False(BlobName.TryParse("../" + sha1[3..], out _, out _));
        Assert.False(BlobName.TryParse(sha1 + ".incomplete", out _, out _));
    }
}

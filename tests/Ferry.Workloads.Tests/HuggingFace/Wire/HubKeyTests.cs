using Ferry.Testing;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.Tests.HuggingFace.Wire;

public sealed class HubKeyTests
{
    private static readonly string Hex = new('c', 40);

    [Fact]
    public void Keys_are_those_of_the_older_tool()
    {
        var keys = Keys("");
        var repo = Repo("mistralai/Mistral-7B-v0.1");
        Assert.Equal($"blobs/{Hex}", keys.Blob(Blob(Hex)));
        Assert.Equal($"manifests/mistralai__Mistral-7B-v0.1@{Hex}.json", keys.SharedManifest(repo, Commit(Hex)));
        Assert.Equal("refs/mistralai__Mistral-7B-v0.1/refs/pr/1", keys.SharedRef(repo, Ref("refs/pr/1")));
        Assert.Equal("refs/gpt2/main", keys.SharedRef(Repo("gpt2"), Ref("main")));
    }

    [Fact]
    public void Repositories_that_share_a_key_have_keys_of_their_own()
    {
        var keys = Keys("");
        RepoId[] repos = [Repo("a/b__c"), Repo("a__b/c"), Repo("a__b__c"), Repo("a/b__c", RepoType.Dataset)];
        Assert.Single(repos.Select(repo => keys.SharedManifest(repo, Commit(Hex))).Distinct());
        Assert.Equal(4, repos.Select(repo => keys.OwnManifest(repo, Commit(Hex))).Distinct().Count());
        Assert.Equal(4, repos.Select(repo => keys.OwnRef(repo, Ref("main"))).Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("team")]
    [InlineData("/team/a/")]
    public void Every_key_is_taken_apart_again(string prefix)
    {
        var keys = Keys(prefix);
        var repo = Repo("org/name", RepoType.Dataset);
        Assert.Equal(new HubKey(HubKeyKind.Blob) { Blob = Blob(Hex) }, keys.Parse(keys.Blob(Blob(Hex))));
        var manifest = new HubKey(HubKeyKind.Manifest) { Flat = "org__name", Revision = Commit(Hex) };
        Assert.Equal(manifest, keys.Parse(keys.SharedManifest(repo, Commit(Hex))));
        Assert.Equal(manifest with { Repo = repo }, keys.Parse(keys.OwnManifest(repo, Commit(Hex))));
        var reference = new HubKey(HubKeyKind.Ref) { Flat = "org__name", Ref = Ref("refs/pr/1") };
        Assert.Equal(reference, keys.Parse(keys.SharedRef(repo, Ref("refs/pr/1"))));
        Assert.Equal(reference with { Repo = repo }, keys.Parse(keys.OwnRef(repo, Ref("refs/pr/1"))));
    }

    [Theory]
    [InlineData("blobs")]
    [InlineData("blobs/")]
    [InlineData("blobs/../x")]
    [InlineData("blobs/aa/bb")]
    [InlineData("manifests/a@b.json")]
    [InlineData("manifests/@cccccccccccccccccccccccccccccccccccccccc.json")]
    [InlineData("manifests/../a@cccccccccccccccccccccccccccccccccccccccc.json")]
    [InlineData("manifests/a@cccccccccccccccccccccccccccccccccccccccc")]
    [InlineData("refs/a")]
    [InlineData("refs/../main")]
    [InlineData("refs/a/../main")]
    [InlineData("ferry/models--a--b--c/refs/main")]
    [InlineData("ferry/models--a/x/main")]
    [InlineData("other/a")]
    [InlineData("")]
    public void Other_keys_are_none(string key) => Assert.Null(Keys("").Parse(key));

    [Fact]
    public void No_damage_makes_a_key_that_leads_elsewhere()
    {
        var keys = Keys("");
        var repo = Repo("org/name", RepoType.Dataset);
        string[] whole = [keys.SharedRef(repo, Ref("refs/pr/1")), keys.OwnRef(repo, Ref("main")), keys.SharedManifest(repo, Commit(Hex)), keys.OwnManifest(repo, Commit(Hex)), keys.Blob(Blob(Hex))];
        string[] pieces = ["..", "/", "\0", "\\", ".", "~", "@{", ".lock", "é", "\ud800", "//", "../../etc/passwd", "C:", "\u202e", "__", "--", " "];
        var believed = 0;
        for (var seed = 0; seed < LongRun.Count(2_000, 20_000); seed++)
        {
            var random = new Random(seed);
            var key = whole[random.Next(whole.Length)];
            for (var i = random.Next(1, 4); i > 0; i--) key = key.Insert(random.Next(key.Length + 1), pieces[random.Next(pieces.Length)]);
            if (random.Next(3) == 0) key = key.Remove(random.Next(key.Length));
            if (keys.Parse(key) is not { } parsed) continue;

            believed++;
            string?[] names = [parsed.Flat, parsed.Ref?.Name, parsed.Revision?.Hex, parsed.Repo?.Folder];
            Assert.All(names.OfType<string>(), name =>
            {
                Assert.DoesNotContain('\0', name);
                Assert.DoesNotContain('\\', name);
                Assert.All(name.Split('/'), part => Assert.False(part is "" or "." or "..", $"seed {seed}: {key}"));
            });
        }

        Assert.True(believed > 50, $"only {believed} damaged keys were keys still");
    }

    [Theory]
    [InlineData("a/../b")]
    [InlineData("a//b")]
    [InlineData("a\nb")]
    public void A_prefix_that_hides_something_is_refused(string prefix) => Assert.False(HubKeys.TryCreate(prefix, out _, out _));

    private static HubKeys Keys(string prefix) => HubKeys.TryCreate(prefix, out var keys, out var reason) ? keys : throw new ArgumentException(reason);

    private static RepoId Repo(string name, RepoType type = RepoType.Model) =>
        RepoId.TryParse(type, name, out var id, out var reason) ? id : throw new ArgumentException(reason);

    private static Revision Commit(string hex) => Revision.TryParse(hex, out var revision, out var reason) ? revision : throw new ArgumentException(reason);

    private static RefName Ref(string text) => RefName.TryParse(text, out var name, out var reason) ? name : throw new ArgumentException(reason);

    private static BlobName Blob(string hex) => BlobName.TryParse(hex, out var name, out var reason) ? name : throw new ArgumentException(reason);
}

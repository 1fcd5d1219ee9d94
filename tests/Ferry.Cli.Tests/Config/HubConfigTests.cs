using Ferry.Cli.Config;
using Ferry.Cli.Config.Hub;
using Ferry.Cli.Tests.Support;
using Ferry.Core.Linux;

namespace Ferry.Cli.Tests.Config;

/// <summary>Where the settings of the hub come from: Ferry's files, the older tool's file, its variables.</summary>
public sealed class HubConfigTests : IDisposable
{
    private const string Older = """
        storage:
          endpoint: https://s3.us-west-000.backblazeb2.com
          bucket: team-hf-cache
          region: us-west-000
          access_key: "file-id"   # B2 application key ID
          secret_key: "file-secret"

        cache:
          max_local_gb: 50
          sync_xet: false

        team:
          prefix: ""
          allow_gated: true
        """;

    private readonly TestContext _context = new();

    public void Dispose() => _context.Dispose();

    [Fact]
    public void Both_sections_are_read_with_their_places()
    {
        _context.WriteConfig("version: 1\nremote: { url: s3://team-hf-cache, endpoint: 'https://host:1/', region: us-west-000, timeout: 2m }\nhub: { max_local: 20GB, prefix: a, sync_xet: true, allow_gated: true }");
        var hub = Load();
        Assert.Equal(("s3://team-hf-cache", _context.ConfigPath + ":2:16"), (hub.Url!.Value, hub.Url.Origin.Where));
        Assert.Equal(("https://host:1/", "us-west-000", "a"), (hub.Endpoint!.Value, hub.Region!.Value, hub.Prefix.Value));
        Assert.Equal(TimeSpan.FromMinutes(2), hub.Timeout.Value);
        Assert.Equal((20_000_000_000, true, true), (hub.MaxLocal.Value, hub.SyncXet.Value, hub.AllowGated.Value));
    }

    [Fact]
    public void A_project_comes_before_the_user_and_variables_before_both()
    {
        _context.WriteConfig("version: 1\nremote: { url: s3://user, region: r1 }\nhub: { prefix: user }");
        _context.Home.Write("home/ferry.yaml", "version: 1\nremote: { url: s3://project, region: r2 }");
        _context.Environment.Variables["B2_REGION"] = "r3";
        var hub = Load();
        Assert.Equal(("s3://project", "r3", "user"), (hub.Url!.Value, hub.Region!.Value, hub.Prefix.Value));
        _context.Environment.Variables["B2_BUCKET"] = "older";
        Assert.Equal("s3://older", Load().Url!.Value);
        _context.Environment.Variables["FERRY_REMOTE_URL"] = "file:///x";
        Assert.Equal("file:///x", Load().Url!.Value);
    }

    [Fact]
    public void The_older_file_is_read_as_it_is_where_there_is_no_newer_one()
    {
        _context.Home.Write("home/.hf-cache-sync.yaml", Older);
        var hub = Load();
        Assert.Equal(("s3://team-hf-cache", "https://s3.us-west-000.backblazeb2.com"), (hub.Url!.Value, hub.Endpoint!.Value));
        Assert.Equal((50L << 30, "", true), (hub.MaxLocal.Value, hub.Prefix.Value, hub.AllowGated.Value));
        Assert.Equal(("config", "file-id", "file-secret"), Facts(StoreCredentials.ForS3(_context.Environment, hub.Keys)));

        _context.WriteConfig("version: 1\nhub: { prefix: new }");
        Assert.Null(Load().Url);
    }

    [Fact]
    public void The_older_file_of_the_working_directory_comes_first()
    {
        _context.Home.Write("home/.hf-cache-sync.yaml", Older);
        _context.Home.Write("home/p/.hf-cache-sync.yaml", "storage: { bucket: here }");
        _context.Environment.WorkingDirectory = _context.Home.At("home/p");
        Assert.Equal("s3://here", Load().Url!.Value);
    }

    [Fact]
    public void A_pair_of_keys_counts_as_a_whole()
    {
        var variables = _context.Environment.Variables;
        Assert.Null(StoreCredentials.ForS3(_context.Environment, null));
        variables["B2_APPLICATION_KEY_ID"] = "b2-id";
        variables["AWS_ACCESS_KEY_ID"] = "aws-id";
        variables["AWS_SECRET_ACCESS_KEY"] = "aws-secret";
        Assert.Equal(("aws_env", "aws-id", "aws-secret"), Facts(StoreCredentials.ForS3(_context.Environment, null)));
        variables["B2_APPLICATION_KEY"] = "b2-secret";
        var found = StoreCredentials.ForS3(_context.Environment, null);
        Assert.Equal(("b2_env", "b2-id", "b2-secret"), Facts(found));
        Assert.DoesNotContain("b2-", found!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("remote: { timeout: soon }", ":2:20: remote.timeout must be a duration from 1s to 1h, not 'soon'")]
    [InlineData("remote: { timeout: 0 }", ":2:20: remote.timeout must be a duration from 1s to 1h, not '0'")]
    [InlineData("remote: { ur: x }", ":2:11: unknown key 'ur' (did you mean 'url'?)")]
    [InlineData("hub: { max_local: lots }", ":2:19: hub.max_local must be a size such as 50GB, not 'lots'")]
    [InlineData("hub: { sync_xet: 3 }", ":2:18: hub.sync_xet must be true or false, not '3'")]
    [InlineData("hub: [a]", ":2:6: hub must be a mapping, not a list")]
    public void What_is_wrong_is_named_with_its_place(string text, string message)
    {
        _context.WriteConfig("version: 1\n" + text);
        Assert.Equal(_context.ConfigPath + message, Assert.Throws<ConfigException>(() => Load()).Message);
    }

    [Theory]
    [InlineData("stroage: {}", ":1:1: unknown key 'stroage' (did you mean 'storage'?)")]
    [InlineData("cache: { max_local_gb: many }", ":1:24: cache.max_local_gb must be a number of gigabytes such as 50, not 'many'")]
    public void What_is_wrong_in_the_older_file_is_named_too(string text, string message)
    {
        _context.Home.Write("home/.hf-cache-sync.yaml", text);
        Assert.Equal(_context.Home.At("home/.hf-cache-sync.yaml") + message, Assert.Throws<ConfigException>(() => Load()).Message);
    }

    [Fact]
    public void A_file_that_the_user_names_takes_the_place_of_all_others()
    {
        _context.WriteConfig("version: 1\nremote: { url: s3://user }");
        var older = _context.Home.Write("home/a.yaml", Older);
        var ours = _context.Home.Write("home/b.yaml", "version: 1\nremote: { url: file:///b }");
        Assert.Equal("s3://team-hf-cache", HubConfigLoader.LoadFile(_context.Environment, older).Url!.Value);
        Assert.Equal("file:///b", HubConfigLoader.LoadFile(_context.Environment, "b.yaml").Url!.Value);
        Assert.Equal([ours], HubConfigLoader.LoadFile(_context.Environment, ours).Files);
        Assert.Equal("--config c.yaml: does not exist", Assert.Throws<ConfigException>(() => HubConfigLoader.LoadFile(_context.Environment, "c.yaml")).Message);
    }

    [Fact]
    public void A_file_that_everybody_may_write_is_refused()
    {
        var path = _context.Home.Write("home/.hf-cache-sync.yaml", Older);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
        Assert.StartsWith($"{path}: everybody may write it", Assert.Throws<ConfigException>(() => Load()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_another_user_is_refused()
    {
        var path = _context.Home.Write("home/.hf-cache-sync.yaml", Older);
        var files = new OtherUser();
        var refused = Assert.Throws<ConfigException>(() => HubConfigLoader.Load(_context.Environment, files, _context.Load(new ConfigFlags())));
        Assert.StartsWith($"{path}: belongs to another user", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_project_does_not_allow_gated_models()
    {
        _context.Home.Write("home/ferry.yaml", "version: 1\nhub: { allow_gated: true }");
        Assert.Contains("hub.allow_gated may only be set in the user's own configuration", Assert.Throws<ConfigException>(() => Load()).Message, StringComparison.Ordinal);
    }

    private HubConfig Load() => HubConfigLoader.Load(_context.Environment, _context.Command.Files, _context.Load(new ConfigFlags()));

    /// <summary>Somebody else has made everything.</summary>
    private sealed class OtherUser : IHostFiles
    {
        public uint UserId => 12_345;

        public PathFacts? Facts(string path) => PathFacts.Of(path) is { } facts ? facts with { OwnerId = 54_321 } : null;

        public bool MayWriteIn(string directory) => true;

        public string? RealPath(string path) => path;
    }

    private static (string, string, string) Facts(StoreCredentials? found) => (found!.Source, found.AccessKey, found.Secret);
}

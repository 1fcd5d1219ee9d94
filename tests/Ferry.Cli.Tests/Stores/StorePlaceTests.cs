using Ferry.Cli.Config;
using Ferry.Cli.Config.Hub;
using Ferry.Cli.Stores;
using Ferry.Cli.Tests.Support;
using Ferry.Core.Storage;

namespace Ferry.Cli.Tests.Stores;

/// <summary>Which store is opened, with which keys, at which endpoint.</summary>
public sealed class StorePlaceTests : IDisposable
{
    private const string AccountKey = "a2V5LXRoYXQtbm9ib2R5LW1heS1zZWU=";

    private readonly TestContext _context = new();

    private Dictionary<string, string> Variables => _context.Environment.Variables;

    public void Dispose() => _context.Dispose();

    [Theory]
    [InlineData("s3://team-hf-cache", "S3", "team-hf-cache", "")]
    [InlineData("s3://team_1.x/a/b/", "S3", "team_1.x", "a/b")]
    [InlineData("az://models/p", "Azure", "models", "p")]
    [InlineData("file:///project/team/", "Directory", "/project/team", "")]
    [InlineData("file:///project/@team/../a b", "Directory", "/project/a b", "")]
    public void A_url_says_what_speaks_to_the_store(string text, string kind, string name, string prefix)
    {
        var url = StoreUrl.Parse(Written(text));
        Assert.Equal((kind, name, prefix), (url.Kind.ToString(), url.Name, url.Prefix));
    }

    [Theory]
    [InlineData("team-hf-cache", "'team-hf-cache' is no store; write s3://BUCKET, az://CONTAINER or file:///DIRECTORY")]
    [InlineData("/project/team", "did you mean 'file:///project/team'?")]
    [InlineData("file://project/team", "did you mean 'file:///project/team'?")]
    [InlineData("S3://bucket", "did you mean 's3://bucket'?")]
    [InlineData("b2://bucket/p", "did you mean 's3://bucket/p'?")]
    [InlineData("wasbs://c", "did you mean 'az://c'?")]
    [InlineData("https://s3.example.org/bucket", "and the address of the service as the endpoint")]
    [InlineData("gs://bucket/p", "'s3://bucket/p' with the endpoint https://storage.googleapis.com and an HMAC key")]
    [InlineData("s3://", "is no store")]
    [InlineData("s3://buck et", "is no store")]
    [InlineData("s3://bucket/a/../b", "neither . nor ..")]
    [InlineData("s3://bucket/\u0007", "no control characters")]
    public void A_wrong_url_gets_one_line_with_the_nearest_right_one(string text, string message)
    {
        var error = Assert.Throws<ConfigException>(() => StoreUrl.Parse(Written(text))).Message;
        Assert.StartsWith("X: ", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
    }

    [Theory]
    [InlineData("s3://AKIA:topsecret@bucket")]
    [InlineData("s3://bucket?secret=topsecret")]
    public void Keys_in_a_url_are_refused_and_not_repeated(string text) =>
        Assert.DoesNotContain("topsecret", Assert.Throws<ConfigException>(() => StoreUrl.Parse(Written(text))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("s3.us-west-000.backblazeb2.com", "did you mean 'https://s3.us-west-000.backblazeb2.com'?")]
    [InlineData("ftp://host", "is no http or https address")]
    [InlineData("https://host/bucket", "did you mean 'https://host'? The bucket is in remote.url")]
    public void A_wrong_endpoint_gets_one_line_too(string text, string message)
    {
        Variables["B2_BUCKET"] = "b";
        Variables["B2_ENDPOINT"] = text;
        var error = Assert.Throws<ConfigException>(() => Find()).Message;
        Assert.StartsWith("B2_ENDPOINT: ", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Amazons_variables_are_the_weakest_sources()
    {
        Variables["FERRY_REMOTE_URL"] = "s3://bucket";
        var bare = Find();
        Assert.Equal((null, "us-east-1"), (bare.Endpoint, bare.Region));
        Variables["AWS_ENDPOINT_URL"] = "https://minio.example.org:9000";
        Variables["AWS_DEFAULT_REGION"] = "eu-central-1";
        Assert.Equal((new Uri("https://minio.example.org:9000"), "eu-central-1"), (Find().Endpoint, Find().Region));
        Variables["AWS_ENDPOINT_URL_S3"] = "https://s3.example.org";
        Variables["AWS_REGION"] = "eu-west-1";
        Assert.Equal((new Uri("https://s3.example.org"), "eu-west-1"), (Find().Endpoint, Find().Region));
        _context.Home.Write("home/.hf-cache-sync.yaml", "storage: { endpoint: 'https://s3.us-west-000.backblazeb2.com', region: '' }");
        Variables.Remove("AWS_REGION");
        Variables.Remove("AWS_DEFAULT_REGION");
        Assert.Equal((new Uri("https://s3.us-west-000.backblazeb2.com"), "us-west-000"), (Find().Endpoint, Find().Region));
    }

    [Fact]
    public void Without_a_store_the_line_says_how_to_name_one() =>
        Assert.StartsWith("no store is configured; run 'ferry hf init'", Assert.Throws<ConfigException>(() => Find()).Message, StringComparison.Ordinal);

    [Fact]
    public void Without_keys_a_bucket_is_not_opened()
    {
        Variables["FERRY_REMOTE_URL"] = "s3://bucket";
        var error = Assert.Throws<ConfigException>(() => StoreOpener.Open(Find(), _context.Command, null)).Message;
        Assert.Equal("s3://bucket: no keys found; set B2_APPLICATION_KEY_ID and B2_APPLICATION_KEY, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", error);
    }

    [Fact]
    public void A_container_is_in_the_account_that_the_variables_name()
    {
        Variables["FERRY_REMOTE_URL"] = "az://models";
        Assert.Contains("set AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT with", Assert.Throws<ConfigException>(() => Find()).Message, StringComparison.Ordinal);
        Variables["AZURE_STORAGE_ACCOUNT"] = "team";
        Variables["AZURE_STORAGE_KEY"] = AccountKey;
        var place = Find();
        Assert.Equal((new Uri("https://team.blob.core.windows.net"), "azure_env"), (place.Endpoint, place.Credentials!.Source));
        Assert.Equal(("team", 23), (AzureAccess.Options(place).Account, AzureAccess.Options(place).AccountKey!.Value.Length));
        Variables["AZURE_STORAGE_KEY"] = "no base64!";
        Assert.StartsWith("AZURE_STORAGE_KEY: is not base64", Assert.Throws<ConfigException>(() => AzureAccess.Options(Find())).Message, StringComparison.Ordinal);
        Variables["AZURE_STORAGE_ACCOUNT"] = "evil.example.org/";
        Assert.StartsWith("AZURE_STORAGE_ACCOUNT: ", Assert.Throws<ConfigException>(() => Find()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_string_goes_to_its_own_endpoint_only()
    {
        Variables["FERRY_REMOTE_URL"] = "az://models";
        Variables["AZURE_STORAGE_CONNECTION_STRING"] = $"DefaultEndpointsProtocol=https;AccountName=team;AccountKey={AccountKey};EndpointSuffix=core.windows.net";
        Assert.Equal(new Uri("https://team.blob.core.windows.net"), Find().Endpoint);
        Variables["FERRY_REMOTE_ENDPOINT"] = "https://other.blob.core.windows.net";
        Assert.StartsWith("FERRY_REMOTE_ENDPOINT: another endpoint than", Assert.Throws<ConfigException>(() => Find()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_is_not_sent_where_only_a_project_says()
    {
        _context.Home.Write("home/ferry.yaml", "version: 1\nremote: { url: az://models, endpoint: 'https://evil.example.org' }");
        Variables["AZURE_STORAGE_ACCOUNT"] = "team";
        Variables["AZURE_STORAGE_SAS_TOKEN"] = "sv=1&sig=topsecret";
        var error = Assert.Throws<ConfigException>(() => Find()).Message;
        Assert.Contains("are not sent to an endpoint that only a project names", error, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", error, StringComparison.Ordinal);
        Variables["FERRY_REMOTE_ENDPOINT"] = "https://evil.example.org";
        Assert.Equal("topsecret", Find().Credentials!.SessionToken![^9..]);
        Variables["FERRY_REMOTE_ENDPOINT"] = "http://evil.example.org";
        Assert.Contains("without encryption", Assert.Throws<ConfigException>(() => Find()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_is_opened_with_its_requests_traced()
    {
        Variables["FERRY_REMOTE_URL"] = "file://" + _context.Home.MakeDirectory("store");
        var lines = new List<string>();
        await using var store = StoreOpener.Open(Find(), _context.Command, lines.Add);
        await store.WriteAsync("a/b", ObjectContent.Of("x"u8.ToArray()), WriteOptions.Always, default);
        Assert.True(File.Exists(_context.Home.At("store/a/b")));
        Assert.StartsWith("write a/b: 1 B, ", Assert.Single(lines), StringComparison.Ordinal);
        ThreadPool.GetMinThreads(out var workers, out _);
        Assert.True(workers > store.Facts.Requests);
    }

    [Fact]
    public void No_record_prints_a_secret()
    {
        Variables["FERRY_REMOTE_URL"] = "s3://bucket";
        Variables["AWS_ACCESS_KEY_ID"] = "topsecret-id";
        Variables["AWS_SECRET_ACCESS_KEY"] = "topsecret";
        Variables["HF_TOKEN"] = "topsecret";
        Assert.DoesNotContain("topsecret", Find().ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", HubSite.Find(_context.Environment).ToString(), StringComparison.Ordinal);
    }

    private StorePlace Find() =>
        StorePlace.Find(HubConfigLoader.Load(_context.Environment, _context.Command.Files, _context.Load()), _context.Environment);

    private static Setting<string> Written(string url) => new(url, new ConfigOrigin(ConfigLevel.Environment, "X"));
}

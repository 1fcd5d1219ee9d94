using Ferry.Cli.Config;
using Ferry.Cli.Config.Hub;
using Ferry.Cli.Tests.Support;

namespace Ferry.Cli.Tests.Config;

/// <summary>The hub's own variables: its cache, its address, its token.</summary>
public sealed class HubPlacesTests : IDisposable
{
    private readonly TestContext _context = new();

    private Dictionary<string, string> Variables => _context.Environment.Variables;

    public void Dispose() => _context.Dispose();

    [Fact]
    public void The_cache_is_where_the_hubs_clients_have_it()
    {
        Assert.Equal(_context.Home.At("home/.cache/huggingface/hub"), Cache());
        Variables["XDG_CACHE_HOME"] = "/xdg";
        Assert.Equal("/xdg/huggingface/hub", Cache());
        Variables["HF_HOME"] = "~/hf/";
        Assert.Equal(_context.Home.At("home/hf/hub"), Cache());
        Variables["HUGGINGFACE_HUB_CACHE"] = "relative";
        Assert.Equal(_context.Home.At("home/relative"), Cache());
        Variables["HF_HUB_CACHE"] = "$HF_HOME";
        Variables["HF_HOME"] = "/a/b";
        Assert.Equal("/a/b", Cache());
        _context.Home.Write("home/.hf-cache-sync.yaml", "cache: { hf_cache_dir: /older }");
        Assert.Equal("/older", Cache());
    }

    [Fact]
    public void The_token_is_of_the_environment_or_of_its_file()
    {
        Assert.Null(HubSite.Find(_context.Environment).Token);
        _context.Home.Write("home/.cache/huggingface/token", "hf_file\n");
        Assert.Equal("hf_file", HubSite.Find(_context.Environment).Token);
        Variables["HF_TOKEN_PATH"] = _context.Home.Write("t", "hf_named");
        Assert.Equal("hf_named", HubSite.Find(_context.Environment).Token);
        Variables["HUGGING_FACE_HUB_TOKEN"] = "hf_old";
        Assert.Equal("hf_old", HubSite.Find(_context.Environment).Token);
        Variables["HF_TOKEN"] = "hf_new\n";
        Assert.Equal("hf_new", HubSite.Find(_context.Environment).Token);
        Variables["HF_TOKEN"] = "hf\r\nX-Evil: 1";
        var refused = Assert.Throws<ConfigException>(() => HubSite.Find(_context.Environment)).Message;
        Assert.StartsWith("HF_TOKEN: is no token", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("Evil", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hub_is_not_asked_offline()
    {
        Assert.False(HubSite.Find(_context.Environment).IsOffline);
        Variables["HF_HUB_OFFLINE"] = "0";
        Assert.False(HubSite.Find(_context.Environment).IsOffline);
        Variables["TRANSFORMERS_OFFLINE"] = "true";
        Assert.True(HubSite.Find(_context.Environment).IsOffline);
    }

    [Theory]
    [InlineData("https://hf-mirror.example.org/", "https://hf-mirror.example.org/")]
    [InlineData("http://127.0.0.1:8080/hub/", "http://127.0.0.1:8080/hub")]
    public void The_endpoint_is_the_environments(string written, string endpoint)
    {
        Variables["HF_ENDPOINT"] = written;
        Assert.Equal(endpoint, HubSite.Find(_context.Environment).Endpoint.ToString());
    }

    [Theory]
    [InlineData("huggingface.co")]
    [InlineData("file:///etc")]
    [InlineData("https://user:pw@host")]
    public void A_wrong_endpoint_is_refused(string written)
    {
        Variables["HF_ENDPOINT"] = written;
        Assert.StartsWith("HF_ENDPOINT: ", Assert.Throws<ConfigException>(() => HubSite.Find(_context.Environment)).Message, StringComparison.Ordinal);
    }

    private string Cache() => HubCachePlace.Find(HubConfigLoader.Load(_context.Environment, _context.Command.Files, _context.Load()), _context.Environment).Value;
}

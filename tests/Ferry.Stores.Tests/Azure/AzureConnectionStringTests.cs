using Ferry.Stores.Azure;

namespace Ferry.Stores.Tests.Azure;

public sealed class AzureConnectionStringTests
{
    private const string Key = "c2VjcmV0IGtleQ==";

    [Theory]
    [InlineData($"DefaultEndpointsProtocol=https;AccountName=acc;AccountKey={Key};EndpointSuffix=core.windows.net", "https://acc.blob.core.windows.net/", "acc", true)]
    [InlineData($"accountname=acc;accountkey={Key}", "https://acc.blob.core.windows.net/", "acc", true)]
    [InlineData($"'DefaultEndpointsProtocol=http;AccountName=acc;AccountKey={Key};BlobEndpoint=http://127.0.0.1:1/acc;'", "http://127.0.0.1:1/acc", "acc", true)]
    [InlineData("BlobEndpoint=https://acc.blob.core.windows.net/;QueueEndpoint=https://acc.queue.core.windows.net/;SharedAccessSignature=sv=1&sig=a%3D", "https://acc.blob.core.windows.net/", "acc", false)]
    [InlineData("BlobEndpoint=http://127.0.0.1:1/acc;SharedAccessSignature=sv=1&sig=a%3D", "http://127.0.0.1:1/acc", "acc", false)]
    public void It_says_where_and_with_which_right(string text, string endpoint, string account, bool hasKey)
    {
        var options = AzureStoreOptions.FromConnectionString(text, "box");
        Assert.Equal((endpoint, account, "box"), (options.Endpoint.AbsoluteUri, options.Account, options.Container));
        Assert.Equal(hasKey ? "secret key"u8.ToArray() : null, options.AccountKey?.ToArray());
        Assert.Equal(hasKey ? null : "sv=1&sig=a%3D", options.SharedAccessSignature);
    }

    [Theory]
    [InlineData("")]
    [InlineData("AccountKey=" + Key)]
    [InlineData("AccountName=acc;AccountKey=secret")]
    [InlineData("AccountName=acc;secret")]
    [InlineData("AccountName=acc;Secret=secret")]
    [InlineData("AccountName=acc;AccountName=secret")]
    [InlineData("BlobEndpoint=ftp://secret/")]
    [InlineData("BlobEndpoint=https://host/?sig=secret")]
    public void What_is_none_is_refused_without_a_word_of_its_values(string text)
    {
        var failure = Assert.Throws<FormatException>(() => AzureStoreOptions.FromConnectionString(text, "box"));
        Assert.StartsWith("the connection string", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_do_not_print_secrets()
    {
        var text = AzureStoreOptions.FromConnectionString($"AccountName=acc;AccountKey={Key};SharedAccessSignature=sig=abc", "box").ToString();
        Assert.Equal("azure://acc/box", text);
    }
}

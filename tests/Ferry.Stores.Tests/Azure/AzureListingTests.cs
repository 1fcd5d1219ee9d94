using System.Text;
using System.Xml;
using Ferry.Core.Storage;
using Ferry.Stores.Azure;

namespace Ferry.Stores.Tests.Azure;

public sealed class AzureListingTests
{
    private const string Properties = "<Properties><Last-Modified>Fri, 26 Jun 2015 23:39:12 GMT</Last-Modified><Etag>0x8D</Etag><Content-Length>5</Content-Length></Properties>";

    [Fact]
    public async Task A_page_is_read()
    {
        var page = await ReadAsync($"""
            <?xml version="1.0" encoding="utf-8"?>
            <EnumerationResults ServiceEndpoint="https://a/" ContainerName="c"><MaxResults>2</MaxResults><Blobs>
            <Blob><Name>a &amp; b</Name>{Properties}<Metadata><Name>no name</Name></Metadata></Blob>
            <Blob><Name> </Name>{Properties}<OrMetadata /></Blob>
            <Blob><Name Encoded="true">a%EF%BF%BF</Name>{Properties}</Blob>
            <Blob><Name>folder</Name><Properties><ResourceType>directory</ResourceType><Etag>1</Etag><Content-Length>0</Content-Length></Properties></Blob>
            </Blobs><NextMarker>2!next</NextMarker></EnumerationResults>
            """);
        Assert.Equal("2!next", page.NextMarker);
        Assert.Equal(["a & b", " ", "a\uffff"], page.Blobs.Select(blob => blob.Key));
        Assert.Equal(new ObjectInfo("a & b", 5, "0x8D", new DateTimeOffset(2015, 6, 26, 23, 39, 12, TimeSpan.Zero)), page.Blobs[0]);
    }

    [Fact]
    public async Task The_last_page_has_no_marker()
    {
        foreach (var marker in (string[])["", "<NextMarker />", "<NextMarker></NextMarker>"])
        {
            var page = await ReadAsync($"<EnumerationResults><Blobs />{marker}</EnumerationResults>");
            Assert.Equal((0, ""), (page.Blobs.Count, page.NextMarker));
        }
    }

    public static TheoryData<string> Hostile => new()
    {
        "", "no xml", "<html></html>", "<EnumerationResults><Blobs>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><EnumerationResults>&b;</EnumerationResults>",
        "<EnumerationResults><Blobs><Blob>" + Properties + "</Blob></Blobs></EnumerationResults>",
        "<EnumerationResults><Blobs><Blob><Name>a</Name></Blob></Blobs></EnumerationResults>",
        "<EnumerationResults><Blobs><Blob><Name>a</Name>" + Properties.Replace(">5<", ">-5<", StringComparison.Ordinal) + "</Blob></Blobs></EnumerationResults>",
        "<EnumerationResults><Blobs><Blob><Name>" + new string('a', 1_025) + "</Name>" + Properties + "</Blob></Blobs></EnumerationResults>",
        "<EnumerationResults><Blobs>" + string.Concat(Enumerable.Repeat("<Blob><Name>a</Name>" + Properties + "</Blob>", 5_001)) + "</Blobs></EnumerationResults>",
        "<EnumerationResults>" + string.Concat(Enumerable.Repeat("<a>", 100_000)),
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public Task What_is_no_listing_is_refused(string text) => Assert.ThrowsAsync<XmlException>(() => ReadAsync(text));

    [Fact]
    public void Keys_come_in_the_order_of_bytes_whatever_the_service_compares()
    {
        string[] keys = ["a", "a/\uffee", "a/😀", "a/😀/\uff5a", "a/😀/😀", "b", "漢", "\uff5a", "\uff5a/x", "😀", "😀😀", "😁"];
        Assert.Equal(keys, Ordered(keys.Order(StringComparer.Ordinal)));
        Assert.Equal(keys, Ordered(keys));
        Assert.Equal(keys, keys.OrderBy(Encoding.UTF8.GetBytes, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))));
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("b", "a")]
    [InlineData("😀", "😀")]
    [InlineData("a", "b", "a")]
    public void A_key_that_comes_twice_or_late_is_an_error(params string[] keys) =>
        Assert.Equal(StoreError.Invalid, Assert.Throws<StoreException>(() => Ordered(keys)).Error);

    private static string[] Ordered(IEnumerable<string> keys)
    {
        var order = new ListingOrder("place");
        return [.. keys.SelectMany(key => order.Add(new ObjectInfo(key, 1, "v", null))).ToArray().Concat(order.Finish()).Select(info => info.Key)];
    }

    private static Task<AzureListing> ReadAsync(string text) => AzureListing.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)));
}

using System.Text;
using Ferry.Core.Storage;

namespace Ferry.Stores.Tests.S3;

/// <summary>Lists of servers, and of what stands between, that have lost their place.</summary>
public sealed class S3ListingTests
{
    [Fact]
    public async Task Pages_follow_each_other() => Assert.Equal(["a", "b", "c"], await ListAsync(Page(["a", "b"], "t1"), Page(["c"])));

    [Fact]
    public async Task A_page_that_comes_twice_is_listed_once() =>
        Assert.Equal(["a", "b", "c", "d"], await ListAsync(Page(["a", "b"], "t1"), Page(["a", "b"], "t1"), Page(["c", "d"])));

    [Fact]
    public async Task Behind_a_page_that_came_twice_the_last_key_leads_on()
    {
        var asked = new List<string>();
        await ListAsync(asked, Page(["a", "b b"], "t1"), Page(["a", "b b"], "t1"), Page(["c"]));
        Assert.Contains("continuation-token=t1", asked[1], StringComparison.Ordinal);
        Assert.Contains("start-after=team%2Fb%20b", asked[2], StringComparison.Ordinal);
        Assert.DoesNotContain("continuation-token", asked[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_page_again_and_again_is_an_error() => await FailsAsync("again and again", Page(["a", "b"], "t1"));

    [Fact]
    public async Task Empty_pages_without_end_are_an_error() => await FailsAsync("does not advance", Page([], "t1"));

    [Fact]
    public async Task Empty_pages_in_between_are_none() =>
        Assert.Equal(["a", "b"], await ListAsync(Page(["a"], "t1"), Page([], "t2"), Page([], "t3"), Page(["b"])));

    [Fact]
    public async Task Keys_out_of_order_are_an_error() => await FailsAsync("out of order", Page(["b", "a"]));

    [Fact]
    public async Task Keys_of_another_prefix_are_an_error()
    {
        using var server = new StubServer(_ => Page(["x"]) with { Body = Page(["x"]).Body.Replace("team/", "other/", StringComparison.Ordinal) });
        await using var store = S3FaultTests.Open(server);
        var failure = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            await foreach (var _ in store.ListAsync("", CancellationToken.None)) Assert.Fail("listed something");
        });
        Assert.Equal(StoreError.Invalid, failure.Error);
    }

    [Fact]
    public async Task A_list_that_is_cut_short_is_an_error()
    {
        using var server = new StubServer(_ => new StubAnswer("200 OK", Page(["a"]).Body[..80]));
        await using var store = S3FaultTests.Open(server);
        var failure = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            await foreach (var _ in store.ListAsync("", CancellationToken.None)) Assert.Fail("listed something");
        });
        Assert.True(failure.IsWorthRetrying);
    }

    private static async Task FailsAsync(string words, params StubAnswer[] pages)
    {
        var failure = await Assert.ThrowsAsync<StoreException>(() => ListAsync(pages));
        Assert.Equal(StoreError.Invalid, failure.Error);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    private static Task<List<string>> ListAsync(params StubAnswer[] pages) => ListAsync([], pages);

    /// <summary>Lists from a server that gives these pages, and then the last one for ever.</summary>
    private static async Task<List<string>> ListAsync(List<string> asked, params StubAnswer[] pages)
    {
        using var server = new StubServer(request =>
        {
            asked.Add(request.Line);
            return pages[Math.Min(asked.Count, pages.Length) - 1];
        });
        await using var store = S3FaultTests.Open(server);
        var keys = new List<string>();
        await foreach (var found in store.ListAsync("", CancellationToken.None)) keys.Add(found.Key);
        return keys;
    }

    private static StubAnswer Page(string[] keys, string? next = null)
    {
        var xml = new StringBuilder("<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>bucket</Name><Prefix>team/</Prefix>");
        xml.Append($"<KeyCount>{keys.Length}</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>{(next is null ? "false" : "true")}</IsTruncated>");
        if (next is not null) xml.Append($"<NextContinuationToken>{next}</NextContinuationToken>");
        foreach (var key in keys)
            xml.Append($"<Contents><Key>team/{key}</Key><LastModified>2015-10-21T07:28:00.000Z</LastModified><ETag>\"e\"</ETag><Size>1</Size></Contents>");
        return new StubAnswer("200 OK", xml.Append("</ListBucketResult>").ToString());
    }
}

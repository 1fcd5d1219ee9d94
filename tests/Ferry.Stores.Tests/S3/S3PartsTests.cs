using Ferry.Core.Storage;
using Ferry.Stores.S3;

namespace Ferry.Stores.Tests.S3;

/// <summary>Objects in parts whose server fails on the way.</summary>
public sealed class S3PartsTests
{
    private readonly List<string> _asked = [];

    [Fact]
    public async Task A_failure_that_comes_with_success_is_a_failure()
    {
        var failure = await FailsAsync(request => request.Line.StartsWith("POST", StringComparison.Ordinal) && request.Line.Contains("uploadId", StringComparison.Ordinal)
            ? StubAnswer.Error("200 OK", "InternalError", "We encountered an internal error. Please try again.") : null);
        Assert.Equal(StoreError.Transient, failure.Error);
        Assert.Contains(_asked, line => line.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_part_that_fails_takes_back_the_others()
    {
        var sent = 0L;
        var failure = await FailsAsync(
            request => request.Line.Contains("partNumber=2", StringComparison.Ordinal) ? StubAnswer.Error("500 Internal Server Error", "InternalError") : null,
            bytes => Interlocked.Add(ref sent, bytes));
        Assert.Equal(StoreError.Transient, failure.Error);
        Assert.Equal(0, sent);
        Assert.Contains(_asked, line => line.StartsWith("DELETE", StringComparison.Ordinal));
        Assert.DoesNotContain(_asked, line => line.StartsWith("POST", StringComparison.Ordinal) && line.Contains("uploadId", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, 16 << 20, 16 << 20)]
    [InlineData(160_000L << 20, 16 << 20, 16 << 20)]
    [InlineData((160_000L << 20) + 1, 16 << 20, 17 << 20)]
    [InlineData(5L << 40, 16 << 20, 525 << 20)]
    public void There_are_never_too_many_parts(long length, long wanted, long expected)
    {
        var bytes = S3Parts.PartBytes(length, wanted);
        Assert.Equal(expected, bytes);
        Assert.InRange((length + bytes - 1) / bytes, 1, S3Parts.MaxParts);
    }

    private async Task<StoreException> FailsAsync(Func<StubRequest, StubAnswer?> fail, Action<long>? progress = null)
    {
        using var server = new StubServer(request =>
        {
            lock (_asked) _asked.Add(request.Line);
            return fail(request) ?? Answer(request.Line);
        });
        await using var store = S3FaultTests.Open(server);
        return await Assert.ThrowsAsync<StoreException>(
            () => store.WriteAsync("key", ObjectContent.Of(new byte[(12 << 20) + 1]), new WriteOptions { Progress = progress }, CancellationToken.None));
    }

    private static StubAnswer Answer(string line) => line.Split(' ')[0] switch
    {
        "POST" => new StubAnswer("200 OK", "<InitiateMultipartUploadResult><Bucket>bucket</Bucket><Key>team/key</Key><UploadId>u1</UploadId></InitiateMultipartUploadResult>"),
        "PUT" => new StubAnswer("200 OK") { Headers = ["ETag: \"0123456789abcdef0123456789abcdef\""] },
        "HEAD" => new StubAnswer("200 OK") { Headers = ["ETag: \"old\""] },
        "GET" => new StubAnswer("200 OK", "<ListPartsResult><UploadId>u1</UploadId><IsTruncated>false</IsTruncated></ListPartsResult>"),
        _ => new StubAnswer("204 No Content"),
    };
}

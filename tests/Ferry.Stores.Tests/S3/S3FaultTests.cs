using Ferry.Core.Storage;
using Ferry.Stores.S3;

namespace Ferry.Stores.Tests.S3;

/// <summary>Answers that no real server gives on demand.</summary>
public sealed class S3FaultTests
{
    [Theory]
    [InlineData("403 Forbidden", "InvalidAccessKeyId", StoreError.Denied, "does not know the access key")]
    [InlineData("403 Forbidden", "SignatureDoesNotMatch", StoreError.Denied, "the secret key does not fit")]
    [InlineData("403 Forbidden", "RequestTimeTooSkewed", StoreError.Denied, "clock")]
    [InlineData("403 Forbidden", "AccessDenied", StoreError.Denied, "do not allow to read")]
    [InlineData("400 Bad Request", "ExpiredToken", StoreError.Denied, "session token")]
    [InlineData("404 Not Found", "NoSuchBucket", StoreError.NoStore, "no such bucket")]
    [InlineData("404 Not Found", "NoSuchKey", StoreError.NotFound, "no such object")]
    [InlineData("503 Service Unavailable", "SlowDown", StoreError.Throttled, "SlowDown")]
    [InlineData("503 Service Unavailable", "ServiceUnavailable", StoreError.Transient, "503")]
    [InlineData("429 Too Many Requests", "TooManyRequests", StoreError.Throttled, "429")]
    [InlineData("500 Internal Server Error", "InternalError", StoreError.Transient, "InternalError")]
    [InlineData("400 Bad Request", "BadDigest", StoreError.Integrity, "other bytes")]
    [InlineData("400 Bad Request", "RequestTimeout", StoreError.Transient, "RequestTimeout")]
    [InlineData("507 Insufficient Storage", "QuotaExceeded", StoreError.Full, "QuotaExceeded")]
    [InlineData("400 Bad Request", "InvalidArgument", StoreError.Invalid, "InvalidArgument")]
    [InlineData("301 Moved Permanently", "PermanentRedirect", StoreError.Invalid, "region us-east-1")]
    public async Task An_error_is_told_in_one_line(string status, string code, StoreError error, string words)
    {
        var failure = await FailsAsync(_ => StubAnswer.Error(status, code), store => store.ReadAsync("a/key", null, CancellationToken.None));
        Assert.Equal(error, failure.Error);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.StartsWith("s3://bucket/team/a/key: cannot read: ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.Null(failure.RetryAfter);
    }

    [Theory]
    [InlineData("503 Service Unavailable", "SlowDown")]
    [InlineData("503 Service Unavailable", "ServiceUnavailable")]
    [InlineData("429 Too Many Requests", "")]
    public async Task The_time_to_wait_is_passed_on(string status, string code)
    {
        var failure = await FailsAsync(
            _ => StubAnswer.Error(status, code) with { Headers = ["Retry-After: 7"] }, store => store.ReadAsync("key", null, CancellationToken.None));
        Assert.Equal((StoreError.Throttled, TimeSpan.FromSeconds(7)), (failure.Error, failure.RetryAfter));
    }

    [Fact]
    public async Task Nothing_is_tried_again()
    {
        var requests = 0;
        await FailsAsync(
            _ => Interlocked.Increment(ref requests) > 0 ? StubAnswer.Error("500 Internal Server Error", "InternalError") : new StubAnswer(""),
            store => store.WriteAsync("key", ObjectContent.Of(new byte[10]), WriteOptions.Always, CancellationToken.None));
        Assert.Equal(1, requests);
    }

    [Fact]
    public async Task A_request_says_who_asks_and_expects_no_permission()
    {
        var headers = "";
        using var server = new StubServer(request =>
        {
            headers = request.Headers;
            return new StubAnswer("200 OK") { Headers = ["ETag: \"e\""] };
        });
        await using var store = Open(server);
        await store.WriteAsync("key", ObjectContent.Of("bytes"u8.ToArray()), WriteOptions.Always, CancellationToken.None);
        Assert.Contains("User-Agent: ferry/test", headers, StringComparison.Ordinal);
        Assert.DoesNotContain("Expect", headers, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("aws-chunked", headers, StringComparison.OrdinalIgnoreCase);
        // The digest of "bytes": what arrives otherwise is refused.
        Assert.Contains("277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9", headers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_ends_early_is_no_object()
    {
        using var server = new StubServer(_ => Found("12345") with { Promised = 10 });
        await using var store = Open(server);
        await using var reading = await store.ReadAsync("key", null, CancellationToken.None);
        var failure = await Assert.ThrowsAsync<StoreException>(() => reading.Body.CopyToAsync(Stream.Null));
        Assert.Equal(StoreError.Transient, failure.Error);
    }

    [Theory]
    [InlineData("200 OK", null)]
    [InlineData("206 Partial Content", "bytes 0-4/100")]
    [InlineData("206 Partial Content", "bytes 10-15/100")]
    [InlineData("206 Partial Content", "nonsense")]
    public async Task Another_range_than_asked_for_is_refused(string status, string? contentRange)
    {
        var failure = await FailsAsync(
            _ => new StubAnswer(status, "12345") { Headers = contentRange is null ? [] : [$"Content-Range: {contentRange}"] },
            store => store.ReadAsync("key", new ByteRange(10, 5), CancellationToken.None));
        Assert.Equal(StoreError.Transient, failure.Error);
    }

    [Fact]
    public async Task What_stalls_is_given_up()
    {
        using var server = new StubServer(_ => Found("12345") with { Promised = 10, Hangs = true });
        await using var store = Open(server, TimeSpan.FromMilliseconds(200));
        await using var reading = await store.ReadAsync("key", null, CancellationToken.None);
        var failure = await Assert.ThrowsAsync<StoreException>(() => reading.Body.CopyToAsync(Stream.Null));
        Assert.Equal(StoreError.Transient, failure.Error);
        Assert.Contains("nothing moved for 0.2 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_at_the_endpoint_is_told()
    {
        var server = new StubServer(_ => new StubAnswer("200 OK"));
        var endpoint = server.Endpoint;
        server.Dispose();
        await using var store = new S3Store(Options(endpoint));
        var failure = await Assert.ThrowsAsync<StoreException>(() => store.FindAsync("key", CancellationToken.None));
        Assert.Equal(StoreError.Transient, failure.Error);
        Assert.Contains("connection refused", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/../b")]
    [InlineData("./a")]
    [InlineData("..")]
    public async Task A_key_that_a_URL_would_bend_is_refused(string key)
    {
        var failure = await FailsAsync(_ => new StubAnswer("200 OK"), store => store.FindAsync(key, CancellationToken.None));
        Assert.Equal(StoreError.Invalid, failure.Error);
    }

    [Fact]
    public void Options_do_not_print_their_secrets() => Assert.DoesNotContain("S3cr3t", Options(new Uri("http://localhost")).ToString(), StringComparison.Ordinal);

    internal static S3Store Open(StubServer server, TimeSpan? stall = null) =>
        new(Options(server.Endpoint) with { StallLimit = stall ?? TimeSpan.FromSeconds(60) });

    private static S3StoreOptions Options(Uri endpoint) => new()
    {
        Bucket = "bucket", Prefix = "team/", Endpoint = endpoint, AccessKey = "AK", SecretKey = "S3cr3t", UserAgent = "ferry/test", PartBytes = 5 << 20,
    };

    private static StubAnswer Found(string body) => new("200 OK", body) { Headers = ["ETag: \"e\"", "Last-Modified: Wed, 21 Oct 2015 07:28:00 GMT"] };

    private static async Task<StoreException> FailsAsync(Func<StubRequest, StubAnswer> answer, Func<S3Store, Task> call)
    {
        using var server = new StubServer(answer);
        await using var store = Open(server);
        return await Assert.ThrowsAsync<StoreException>(() => call(store));
    }
}

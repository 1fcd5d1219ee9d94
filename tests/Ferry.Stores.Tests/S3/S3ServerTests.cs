using Amazon.S3.Model;
using Ferry.Core.Storage;
using Ferry.Stores.S3;
using Ferry.Testing;
using Ferry.Testing.Stores;

namespace Ferry.Stores.Tests.S3;

/// <summary>What only S3 servers do, on real ones.</summary>
public abstract class S3ServerTests(S3ServerFixture fixture)
{
    private static readonly CancellationToken Cancellation = CancellationToken.None;

    protected S3ServerFixture Fixture => fixture;

    [ContractFact]
    public async Task A_reader_may_read_and_not_write()
    {
        var options = fixture.Options();
        await using var store = new S3Store(options);
        await WriteAsync(store, "key");
        var (key, secret) = fixture.Server.Reader;
        await using var reader = new S3Store(options with { AccessKey = key, SecretKey = secret });
        Assert.NotNull(await reader.FindAsync("key", Cancellation));
        foreach (var how in (WriteOptions[])[WriteOptions.Always, WriteOptions.IfAbsent])
        {
            var failure = await Assert.ThrowsAsync<StoreException>(() => WriteAsync(reader, "other", how));
            Assert.Equal(StoreError.Denied, failure.Error);
            Assert.Contains("these credentials do not allow to write", failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal(WriteOutcome.Refused, await WriteAsync(reader, "key", WriteOptions.IfAbsent));
    }

    [ContractFact]
    public async Task Wrong_keys_are_told_by_every_call()
    {
        var options = fixture.Options();
        foreach (var wrong in (S3StoreOptions[])[options with { SecretKey = "wrong" }, options with { AccessKey = "nobody:nobody" }])
        {
            await using var store = new S3Store(wrong);
            foreach (var call in (Func<Task>[])
            [
                () => store.FindAsync("key", Cancellation), () => store.ReadAsync("key", null, Cancellation), () => WriteAsync(store, "key"),
                () => WriteAsync(store, "key", WriteOptions.IfAbsent), () => store.RemoveAsync(["key"], Cancellation),
            ])
            {
                var failure = await Assert.ThrowsAsync<StoreException>(call);
                Assert.Equal(StoreError.Denied, failure.Error);
                Assert.Contains("access key", failure.Message, StringComparison.Ordinal);
                Assert.DoesNotContain("wrong", failure.ToString(), StringComparison.Ordinal);
            }
        }
    }

    [ContractFact]
    public async Task A_missing_bucket_is_told_from_a_missing_object()
    {
        await using var store = new S3Store(fixture.Options() with { Bucket = "no-such-bucket" });
        var failure = await Assert.ThrowsAsync<StoreException>(() => store.FindAsync("key", Cancellation));
        Assert.Equal(StoreError.NoStore, failure.Error);
    }

    [ContractFact]
    public async Task Nothing_is_left_behind_but_the_object()
    {
        var options = fixture.Options();
        await using var store = await S3ServerFixture.OpenAsync(options);
        using var cancel = new CancellationTokenSource();
        var content = new WatchedContent(new byte[20 << 20]) { At = 25 << 20, Then = cancel.Cancel };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.WriteAsync("large", content, WriteOptions.Always, cancel.Token));
        await WriteAsync(store, "key");
        using var client = S3Bucket.Open(fixture.Server);
        var head = await client.GetObjectMetadataAsync(S3ServerFixture.Bucket, options.Prefix + "key");
        Assert.True(string.IsNullOrEmpty(head.Headers.ContentEncoding), "the object would seem to be in chunks");
        var list = await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = S3ServerFixture.Bucket, Prefix = options.Prefix });
        Assert.Equal(options.Prefix + "key", Assert.Single(list.S3Objects).Key);
        var uploads = await client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = S3ServerFixture.Bucket, Prefix = options.Prefix });
        Assert.Empty(uploads.MultipartUploads ?? []);
    }

    [ContractFact]
    public async Task Content_that_cannot_be_read_spoils_no_later_write()
    {
        await using var store = new S3Store(fixture.Options());
        var bytes = new byte[300_000];
        await Parallel.ForAsync(0, 64, Cancellation, async (_, token) =>
            await Assert.ThrowsAnyAsync<IOException>(() => store.WriteAsync("key", new UnreadableContent(bytes), WriteOptions.Always, token)));
        await Parallel.ForAsync(0, 64, Cancellation, async (i, token) =>
            Assert.Equal(WriteOutcome.Written, await store.WriteAsync($"key{i}", ObjectContent.Of(bytes), WriteOptions.Always, token)));
    }

    [ContractFact]
    public async Task Content_that_is_not_what_its_digest_says_is_not_written()
    {
        await using var store = new S3Store(fixture.Options());
        var content = new WatchedContent("other bytes"u8.ToArray()) { Digest = new byte[32] };
        var failure = await Assert.ThrowsAnyAsync<IOException>(() => store.WriteAsync("key", content, WriteOptions.Always, Cancellation));
        Assert.Contains("changed after it was hashed", failure.Message, StringComparison.Ordinal);
        Assert.Null(await store.FindAsync("key", Cancellation));
    }

    private static Task<WriteOutcome> WriteAsync(IObjectStore store, string key, WriteOptions? options = null) =>
        store.WriteAsync(key, ObjectContent.Of("bytes"u8.ToArray()), options ?? WriteOptions.Always, Cancellation);
}

[Collection(nameof(Ceph))]
[Requires("s3-ceph")]
public sealed class CephServerTests(CephFixture fixture) : S3ServerTests(fixture)
{
    [ContractFact]
    public async Task It_decides_conditions_of_objects_in_one_piece()
    {
        await using var store = await S3ServerFixture.OpenAsync(Fixture.Options());
        Assert.True(store.Facts.HasConditionalWrites);
        Assert.Equal(5 << 20, store.Facts.ConditionalBytes);
    }

    [ContractFact]
    public async Task Its_certificate_is_trusted_when_its_authority_is_named()
    {
        var (endpoint, certificate) = Fixture.Server.Tls;
        var options = Fixture.Options() with { Endpoint = endpoint };
        await using var wary = new S3Store(options);
        var failure = await Assert.ThrowsAsync<StoreException>(() => wary.FindAsync("key", CancellationToken.None));
        Assert.Equal(StoreError.Invalid, failure.Error);
        Assert.Contains("certificate is not trusted", failure.Message, StringComparison.Ordinal);
        await using var trusting = new S3Store(options with { CertificateBundle = certificate });
        Assert.Null(await trusting.FindAsync("key", CancellationToken.None));
    }
}

[Collection(nameof(Swift))]
[Requires("s3-swift")]
public sealed class SwiftServerTests(SwiftFixture fixture) : S3ServerTests(fixture)
{
    [ContractFact]
    public async Task It_decides_no_conditions()
    {
        await using var store = await S3ServerFixture.OpenAsync(Fixture.Options());
        Assert.False(store.Facts.HasConditionalWrites);
    }
}

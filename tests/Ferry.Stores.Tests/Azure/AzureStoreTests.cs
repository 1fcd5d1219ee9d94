using Ferry.Core.Storage;
using Ferry.Stores.Azure;
using Ferry.Testing;

namespace Ferry.Stores.Tests.Azure;

/// <summary>What only this store has: signatures, and what is said of wrong ones.</summary>
[Collection(nameof(Azurite))]
public sealed class AzureStoreTests(AzureFixture fixture)
{
    private static readonly ObjectContent s_content = ObjectContent.Of("contents"u8.ToArray());

    [RequiresFact("azurite")]
    public async Task A_read_only_signature_reads_and_lists_and_is_refused_a_write()
    {
        var options = fixture.Options();
        await using var owner = new AzureStore(options);
        await owner.WriteAsync("a b/ü+%#", s_content, WriteOptions.Always, CancellationToken.None);

        await using var reader = new AzureStore(options with { AccountKey = null, SharedAccessSignature = "?" + fixture.Server.ReadOnlySignature });
        Assert.Equal(8, (await reader.FindAsync("a b/ü+%#", CancellationToken.None))?.Length);
        await foreach (var info in reader.ListAsync("a b", CancellationToken.None)) Assert.Equal("a b/ü+%#", info.Key);
        var failure = await FailsAsync(() => reader.WriteAsync("key", s_content, WriteOptions.Always, CancellationToken.None));
        Assert.Contains("the shared access signature does not allow this (it has the rights rl)", failure.Message, StringComparison.Ordinal);
        Assert.Equal(StoreError.Denied, Assert.Single(await reader.RemoveAsync(["a b/ü+%#"], CancellationToken.None)).Error.Error);
        Assert.NotNull(await owner.FindAsync("a b/ü+%#", CancellationToken.None));
    }

    [RequiresFact("azurite")]
    public async Task Wrong_credentials_are_refused_with_the_reason()
    {
        var options = fixture.Options();
        await SaysAsync("the account key is wrong", options with { AccountKey = new byte[32] });
        await SaysAsync("the shared access signature expired on 2020-01-01 00:00 UTC", options with { AccountKey = null, SharedAccessSignature = fixture.Server.ExpiredSignature });
        await SaysAsync("the container is not public", options with { AccountKey = null });
    }

    [RequiresFact("azurite")]
    public async Task Somebody_elses_replacement_is_not_overwritten()
    {
        await using var store = new AzureStore(fixture.Options() with { BlockBytes = 1 << 20 });
        foreach (var length in (int[])[10, 3 << 20])
        {
            var content = ObjectContent.Of(new byte[length]);
            await store.WriteAsync("key", content, WriteOptions.Always, CancellationToken.None);
            var old = new WriteOptions { IfVersion = (await store.FindAsync("key", CancellationToken.None))!.Version };
            Assert.Equal(WriteOutcome.Written, await store.WriteAsync("key", content, old, CancellationToken.None));
            Assert.Equal(WriteOutcome.Refused, await store.WriteAsync("key", content, old, CancellationToken.None));
            Assert.Equal(WriteOutcome.Refused, await store.WriteAsync("never", content, old, CancellationToken.None));
        }
    }

    [Fact]
    public async Task A_key_that_the_service_would_take_for_another_is_refused()
    {
        await using var store = new AzureStore(AzureStoreOptions.FromConnectionString("BlobEndpoint=http://127.0.0.1:1/acc", "box"));
        foreach (var key in (string[])["", "a/../b", "./a", "a\\b", "a\ud800b", new string('a', 1_025)])
            Assert.Equal(StoreError.Invalid, (await FailsAsync(() => store.FindAsync(key, CancellationToken.None))).Error);
    }

    [Fact]
    public async Task A_server_that_is_not_there_may_be_there_later()
    {
        await using var store = new AzureStore(AzureStoreOptions.FromConnectionString("BlobEndpoint=http://127.0.0.1:1/acc", "box"));
        var failure = await FailsAsync(() => store.FindAsync("key", CancellationToken.None));
        Assert.Equal((StoreError.Transient, "azure://acc/box/key: Connection refused"), (failure.Error, failure.Message));
    }

    private static async Task SaysAsync(string words, AzureStoreOptions options)
    {
        await using var store = new AzureStore(options);
        foreach (var failure in (StoreException[])[
            await FailsAsync(() => store.FindAsync("key", CancellationToken.None)),
            await FailsAsync(() => store.WriteAsync("key", s_content, WriteOptions.Always, CancellationToken.None))])
        {
            Assert.Equal(StoreError.Denied, failure.Error);
            Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        }
    }

    private static Task<StoreException> FailsAsync(Func<Task> call) => Assert.ThrowsAsync<StoreException>(call);
}

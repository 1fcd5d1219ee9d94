using Ferry.Core.Storage;
using Ferry.Stores.Azure;
using Ferry.Testing;
using Ferry.Testing.Stores;

namespace Ferry.Stores.Tests.Azure;

/// <summary>The store behind a proxy that does to its requests what networks do.</summary>
[Collection(nameof(Azurite))]
public sealed class AzureFaultTests(AzureFixture fixture)
{
    private const int Length = 5 << 20;

    private static byte[] Bytes { get; } = [.. Enumerable.Range(0, Length).Select(i => (byte)(i * 31 >> 3))];

    [RequiresFact("azurite")]
    public async Task Damage_on_the_way_up_is_refused_and_leaves_nothing()
    {
        foreach (var at in (int[])[0, 1_000_000])
        {
            await FailsAsync(StoreError.Integrity, new ProxyFault(ProxyFaultKind.FlipRequestBit) { Method = "PUT", At = at }, Length * 2);
            await FailsAsync(StoreError.Integrity, new ProxyFault(ProxyFaultKind.FlipRequestBit) { Method = "PUT", Target = "comp=block&", After = 3, At = at }, 1 << 20);
        }
        await FailsAsync(StoreError.Transient, new ProxyFault(ProxyFaultKind.ResetRequest) { Method = "PUT", At = 700_000 }, Length * 2);
        await FailsAsync(StoreError.Transient, new ProxyFault(ProxyFaultKind.ResetRequest) { Method = "PUT", Target = "comp=blocklist", At = 100 }, 1 << 20);
        await FailsAsync(StoreError.Throttled, new ProxyFault(ProxyFaultKind.Answer) { Method = "PUT", Target = "comp=block&", After = 2, Status = 429, RetryAfter = 5 }, 1 << 20);
        await FailsAsync(StoreError.Transient, new ProxyFault(ProxyFaultKind.Answer) { Method = "PUT", Target = "comp=blocklist", Status = 500 }, 1 << 20);
    }

    [RequiresFact("azurite")]
    public async Task What_comes_down_is_whole_and_right_or_fails()
    {
        var options = fixture.Options();
        await using (var owner = new AzureStore(options))
            await owner.WriteAsync("key", ObjectContent.Of(Bytes), WriteOptions.Always, CancellationToken.None);
        foreach (var (kind, at, range, error) in ((ProxyFaultKind, int, ByteRange?, StoreError)[])[
            (ProxyFaultKind.ResetAnswer, 2_000_000, null, StoreError.Transient), (ProxyFaultKind.TruncateAnswer, Length - 1, null, StoreError.Transient),
            (ProxyFaultKind.TruncateAnswer, 0, new ByteRange(5, 100), StoreError.Transient), (ProxyFaultKind.FlipAnswerBit, 4_000_000, null, StoreError.Integrity),
            (ProxyFaultKind.WrongRange, 0, new ByteRange(5, 100), StoreError.Integrity), (ProxyFaultKind.Stall, 1_000, null, StoreError.Transient),
            (ProxyFaultKind.Answer, 0, null, StoreError.Transient)])
        {
            using var proxy = new FaultProxy(options.Endpoint);
            await using var store = new AzureStore(options with { Endpoint = proxy.Endpoint, StallLimit = TimeSpan.FromSeconds(3) });
            proxy.Plan(new ProxyFault(kind) { Method = "GET", At = at });
            var failure = await Assert.ThrowsAsync<StoreException>(() => ReadAsync(store, range));
            Assert.Equal((kind, error), (kind, failure.Error));
            Assert.Empty(proxy.Waiting);
            var expected = range is { } r ? Bytes[(int)r.Offset..(int)(r.Offset + r.Length)] : Bytes;
            var read = await ReadAsync(store, range);
            Assert.True(expected.AsSpan().SequenceEqual(read));
        }
    }

    [RequiresFact("azurite")]
    public async Task A_page_that_comes_twice_is_an_error()
    {
        var options = fixture.Options();
        using var proxy = new FaultProxy(options.Endpoint);
        await using var store = new AzureStore(options with { Endpoint = proxy.Endpoint });
        await store.WriteAsync("key", ObjectContent.Of(new byte[1]), WriteOptions.Always, CancellationToken.None);
        proxy.Plan(new ProxyFault(ProxyFaultKind.Answer) { Target = "comp=list", Body = Page, Status = 200 }, new ProxyFault(ProxyFaultKind.Answer) { Target = "comp=list", Body = Page, Status = 200 });
        var failure = await Assert.ThrowsAsync<StoreException>(() => ListAsync(store));
        Assert.Equal((StoreError.Invalid, 0), (failure.Error, proxy.Waiting.Count));
        Assert.Contains("goes in circles", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["key"], await ListAsync(store));

        proxy.Plan(new ProxyFault(ProxyFaultKind.TruncateAnswer) { Target = "comp=list", At = 100 });
        Assert.Equal(StoreError.Transient, (await Assert.ThrowsAsync<StoreException>(() => ListAsync(store))).Error);
    }

    private const string Page = "<EnumerationResults><Blobs /><NextMarker>again</NextMarker></EnumerationResults>";

    private async Task FailsAsync(StoreError error, ProxyFault fault, int blockBytes)
    {
        var options = fixture.Options();
        using var proxy = new FaultProxy(options.Endpoint);
        await using var store = new AzureStore(options with { Endpoint = proxy.Endpoint, BlockBytes = blockBytes });
        proxy.Plan(fault);
        long progress = 0;
        var write = new WriteOptions { Progress = bytes => Interlocked.Add(ref progress, bytes) };
        var failure = await Assert.ThrowsAsync<StoreException>(() => store.WriteAsync("key", ObjectContent.Of(Bytes), write, CancellationToken.None));
        Assert.Equal((fault, error), (fault, failure.Error));
        Assert.Equal((fault, 0), (fault, Interlocked.Read(ref progress)));
        Assert.Equal(fault.RetryAfter, (int?)failure.RetryAfter?.TotalSeconds);
        Assert.Empty(proxy.Waiting);
        Assert.Null(await store.FindAsync("key", CancellationToken.None));
        Assert.Equal(WriteOutcome.Written, await store.WriteAsync("key", ObjectContent.Of(Bytes), WriteOptions.IfAbsent, CancellationToken.None));
        var read = await ReadAsync(store, null);
        Assert.True(Bytes.AsSpan().SequenceEqual(read));
    }

    private static async Task<byte[]> ReadAsync(AzureStore store, ByteRange? range)
    {
        await using var reading = await store.ReadAsync("key", range, CancellationToken.None);
        using var bytes = new MemoryStream();
        await reading.Body.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static async Task<List<string>> ListAsync(AzureStore store)
    {
        var keys = new List<string>();
        await foreach (var info in store.ListAsync("", CancellationToken.None)) keys.Add(info.Key);
        return keys;
    }
}

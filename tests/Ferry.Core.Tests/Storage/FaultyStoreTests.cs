using Ferry.Core.Storage;
using Ferry.Testing;
using Ferry.Testing.Stores;

namespace Ferry.Core.Tests.Storage;

/// <summary>What the tests of others stand on.</summary>
public sealed class FaultyStoreTests : IDisposable
{
    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public async Task A_planned_fault_that_is_not_reached_fails_the_test()
    {
        var store = Faulty();
        store.Plan(StoreCall.Read, PlannedFault.Fail(StoreError.Denied), PlannedFault.Fail(StoreError.Denied));
        await Assert.ThrowsAsync<StoreException>(() => store.ReadAsync("key", null, default));
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(async () => await store.DisposeAsync());
        Assert.Equal("planned faults were not reached: 1 of Read", failure.Message);
    }

    [Fact]
    public async Task A_call_whose_answer_is_lost_has_taken_place()
    {
        await using var store = Faulty();
        store.Plan(StoreCall.Write, PlannedFault.None(), PlannedFault.LoseAnswer());
        store.Plan(StoreCall.Remove, PlannedFault.LoseAnswer());
        foreach (var key in new[] { "one", "two" })
        {
            var call = () => store.WriteAsync(key, ObjectContent.Of(new byte[1]), WriteOptions.Always, default);
            if (key == "two")
                await Assert.ThrowsAsync<StoreException>(call);
            else
                await call();
        }

        Assert.Equal(["one", "two"], _tree.Files());
        await Assert.ThrowsAsync<StoreException>(() => store.RemoveAsync(["one"], default));
        Assert.Equal(["two"], _tree.Files());
    }

    [Fact]
    public async Task Without_a_plan_it_is_the_store_that_it_wraps()
    {
        await using var store = Faulty();
        await store.WriteAsync("key", ObjectContent.Of(new byte[3]), WriteOptions.Always, default);
        Assert.Equal(3, (await store.FindAsync("key", default))!.Length);
        await foreach (var found in store.ListAsync("", default))
            Assert.Equal("key", found.Key);
        Assert.Empty(await store.RemoveAsync(["key"], default));
        Assert.Equal([StoreCall.Write, StoreCall.Find, StoreCall.List, StoreCall.Remove], store.Calls.Select(call => call.Call));
    }

    private FaultyStore Faulty() => new(new LocalDirectoryStore(_tree.Path, cores: 2, TimeProvider.System));
}

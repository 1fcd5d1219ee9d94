using System.Text;
using Ferry.Core.Storage;
using Xunit;

namespace Ferry.Testing.Stores;

/// <content>One object at a time: written, looked at, read, replaced, removed.</content>
public abstract partial class ObjectStoreContract
{
    public static TheoryData<string> OddKeys => new()
    {
        "two words", " leading/and trailing ", "plus+plus", "per%cent", "%2F%00", "amp&amp;=x", "hash#tag", "question?versionId=1", "quote'\"`",
        "back\\slash", "colon:semi;comma,", "<tag>&lt;", "~tilde^|{}[]()", "..dots", "...", ".hidden", "ends.in.dot.", "-dash", "@at!*$",
        "ü/漢字/😀", "e\u0301 is not \u00e9", "a/b/c/d/e/f/g/h", "UPPER/lower", LongKey,
    };

    /// <summary>900 bytes.</summary>
    private static string LongKey { get; } = string.Join('/', new string('x', 224), new string('ü', 112), new string('y', 224), new string('z', 225));

    [ContractFact]
    public async Task What_is_written_is_found_read_and_listed()
    {
        Assert.Equal(WriteOutcome.Written, await WriteAsync("folder/key", "contents"u8.ToArray()));
        var found = await FindAsync("folder/key");
        Assert.Equal(8, found.Length);
        Assert.NotEmpty(found.Version);
        if (found.Modified is { } modified)
            Assert.InRange(modified, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

        await using var reading = await Store.ReadAsync("folder/key", null, Cancellation);
        Assert.Equal(8, reading.Length);
        Assert.Equal((found.Key, found.Length, found.Version), (reading.Info.Key, reading.Info.Length, reading.Info.Version));
        Assert.Equal("contents", Encoding.UTF8.GetString(await ReadToEndAsync(reading)));

        var listed = Assert.Single(await ListAsync());
        Assert.Equal((found.Key, found.Length, found.Version), (listed.Key, listed.Length, listed.Version));
    }

    [ContractFact]
    public async Task What_was_never_written_is_not_there()
    {
        Assert.Null(await Store.FindAsync("missing/key", Cancellation));
        await FailsAsync(StoreError.NotFound, Store, "missing/key", () => Store.ReadAsync("missing/key", null, Cancellation));
        await FailsAsync(StoreError.NotFound, Store, "missing/key", () => Store.ReadAsync("missing/key", new ByteRange(0, 1), Cancellation));
        Assert.Empty(await ListAsync());
    }

    [ContractFact]
    public async Task An_object_may_be_empty()
    {
        Assert.Equal(WriteOutcome.Written, await WriteAsync("empty", []));
        Assert.Equal(0, (await FindAsync("empty")).Length);
        Assert.Empty(await ReadAsync("empty"));
        Assert.Equal(0, Assert.Single(await ListAsync()).Length);
    }

    [ContractTheory]
    [InlineData("short")]
    [InlineData("same length")]
    [InlineData("much longer than what it replaces")]
    [InlineData("")]
    public async Task What_is_written_again_replaces_what_was_there(string contents)
    {
        await WriteAsync("key", "old content"u8.ToArray());
        var old = await FindAsync("key");
        Assert.Equal(WriteOutcome.Written, await WriteAsync("key", Encoding.UTF8.GetBytes(contents)));
        Assert.Equal(contents, Encoding.UTF8.GetString(await ReadAsync("key")));
        Assert.NotEqual(old.Version, (await FindAsync("key")).Version);
        Assert.Equal(contents.Length, Assert.Single(await ListAsync()).Length);
    }

    [ContractFact]
    public async Task The_same_write_may_be_repeated()
    {
        for (var i = 0; i < 3; i++)
            Assert.Equal(WriteOutcome.Written, await WriteAsync("key", "contents"u8.ToArray()));
        Assert.Equal("contents"u8.ToArray(), await ReadAsync("key"));
        Assert.Single(await ListAsync());
    }

    [ContractTheory]
    [MemberData(nameof(OddKeys))]
    public async Task A_key_may_hold_odd_characters(string key)
    {
        var contents = Encoding.UTF8.GetBytes(key);
        if (!CanHold(key))
        {
            await FailsAsync(StoreError.Invalid, Store, key, () => WriteAsync(key, contents));
            return;
        }

        Assert.Equal(WriteOutcome.Written, await WriteAsync(key, contents));
        Assert.Equal(contents.Length, (await FindAsync(key)).Length);
        Assert.Equal(contents, await ReadAsync(key));
        Assert.Equal(key, Assert.Single(await ListAsync()).Key);
        Assert.Equal(key, Assert.Single(await ListAsync(key)).Key);
        Assert.Empty(await Store.RemoveAsync([key], Cancellation));
        Assert.Null(await Store.FindAsync(key, Cancellation));
    }

    [ContractFact]
    public async Task What_is_removed_is_gone()
    {
        await WriteAllAsync(["a/one", "a/two", "three"]);
        Assert.Empty(await Store.RemoveAsync(["a/one", "three"], Cancellation));
        Assert.Null(await Store.FindAsync("a/one", Cancellation));
        await FailsAsync(StoreError.NotFound, Store, "three", () => Store.ReadAsync("three", null, Cancellation));
        Assert.Equal("a/two", Assert.Single(await ListAsync()).Key);
    }

    [ContractFact]
    public async Task What_was_removed_can_be_written_again()
    {
        await WriteAsync("a/key", "old"u8.ToArray());
        Assert.Empty(await Store.RemoveAsync(["a/key"], Cancellation));
        Assert.Equal(WriteOutcome.Written, await WriteAsync("a/key", "new"u8.ToArray()));
        Assert.Equal("new"u8.ToArray(), await ReadAsync("a/key"));
    }

    [ContractFact]
    public async Task Removing_what_is_gone_is_no_error()
    {
        await WriteAsync("a/there", []);
        Assert.Empty(await Store.RemoveAsync(["never", "a/there", "a/never", "b/c/never"], Cancellation));
        Assert.Empty(await Store.RemoveAsync(["a/there"], Cancellation));
        Assert.Empty(await Store.RemoveAsync([], Cancellation));
    }

    [ContractFact]
    public async Task More_keys_are_removed_at_once_than_a_request_takes()
    {
        var keys = Enumerable.Range(0, 1_500).Select(i => $"many/{i:d4} & more").ToArray();
        await WriteAllAsync(["kept", .. keys.Where((_, i) => i % 10 == 0 || i > 1_490)]);
        Assert.Empty(await Store.RemoveAsync(keys, Cancellation));
        Assert.Equal("kept", Assert.Single(await ListAsync()).Key);
    }

    [ContractFact]
    public async Task A_store_that_does_not_exist_is_told_from_an_object_that_does_not()
    {
        await using var missing = await OpenMissingAsync();
        await FailsAsync(StoreError.NoStore, missing, "", () => missing.ReadAsync("key", null, Cancellation));
        await FailsAsync(StoreError.NoStore, missing, "", () => missing.WriteAsync("a/key", ObjectContent.Of("x"u8.ToArray()), WriteOptions.Always, Cancellation));
        await FailsAsync(StoreError.NoStore, missing, "", async () =>
        {
            await foreach (var _ in missing.ListAsync("", Cancellation))
                Assert.Fail("listed something");
        });
        await FailsAsync(StoreError.NoStore, missing, "", async () =>
        {
            foreach (var failed in await missing.RemoveAsync(["key"], Cancellation))
                throw failed.Error;
        });
    }
}

using System.Text;
using Ferry.Core.Storage;
using Xunit;

namespace Ferry.Testing.Stores;

/// <content>Lists: their order, prefixes, pages.</content>
public abstract partial class ObjectStoreContract
{
    private static readonly string[] s_inByteOrder =
    [
        " blank", "!", "%41", "+", "A", "B/x", "Z", "a b", "a!/z", "a-b", "a.b", "a/a", "a/b/c", "a/b0", "a/é", "a0", "a:", "aA", "b", "ba", "é", "漢", "ｚ", "😀",
    ];

    [ContractFact]
    public async Task A_list_is_in_the_order_of_bytes()
    {
        await WriteAllAsync(s_inByteOrder.Reverse());
        Assert.Equal(s_inByteOrder, (await ListAsync()).Select(item => item.Key));
    }

    [ContractTheory]
    [InlineData("a", 11)]
    [InlineData("a/", 4)]
    [InlineData("a/b", 2)]
    [InlineData("a/b/", 1)]
    [InlineData("a/b/c", 1)]
    [InlineData("a/b/c/", 0)]
    [InlineData("a ", 1)]
    [InlineData("%4", 1)]
    [InlineData("+", 1)]
    [InlineData("é", 1)]
    [InlineData("b", 2)]
    [InlineData("c", 0)]
    [InlineData("none/at/all/", 0)]
    public async Task A_list_holds_what_begins_with_the_prefix(string prefix, int count)
    {
        await WriteAllAsync(s_inByteOrder);
        var expected = s_inByteOrder.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).ToArray();
        Assert.Equal(count, expected.Length);
        Assert.Equal(expected, (await ListAsync(prefix)).Select(item => item.Key));
    }

    [ContractFact]
    public async Task Odd_keys_are_listed_together()
    {
        var keys = OddKeys.Cast<object[]>().Select(row => (string)row[0]).Where(CanHold).ToArray();
        await WriteAllAsync(keys);
        Assert.Equal(InByteOrder(keys), (await ListAsync()).Select(item => item.Key));
        Assert.Empty(await Store.RemoveAsync(keys, Cancellation));
        Assert.Empty(await ListAsync());
    }

    [ContractFact]
    public async Task More_keys_than_a_page_holds_are_listed_once_each_in_order()
    {
        var keys = Enumerable.Range(0, 1_005).Select(i => i % 3 == 0 ? $"{i * 7919 % 1_005:x}/leaf" : $"{i * 7919 % 1_005:x}-leaf+{i}").Append("zz").ToArray();
        await WriteAllAsync(keys);
        var listed = await ListAsync();
        Assert.Equal(InByteOrder(keys), listed.Select(item => item.Key));
        Assert.All(listed, item => Assert.Equal(1, item.Length));
        Assert.Equal(InByteOrder(keys.Where(key => key.StartsWith('1'))), (await ListAsync("1")).Select(item => item.Key));
    }

    [ContractFact]
    public async Task A_list_may_be_left_early_and_begun_again()
    {
        await WriteAllAsync(["a", "b", "c"]);
        await foreach (var item in Store.ListAsync("", Cancellation))
        {
            Assert.Equal("a", item.Key);
            break;
        }

        var list = Store.ListAsync("", Cancellation);
        for (var i = 0; i < 2; i++)
        {
            var count = 0;
            await foreach (var _ in list)
                count++;
            Assert.Equal(3, count);
        }
    }

    [ContractFact]
    public async Task A_list_ends_when_it_is_cancelled()
    {
        await WriteAllAsync(["a", "b"]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Store.ListAsync("", new CancellationToken(canceled: true)))
            {
            }
        });
    }

    [ContractFact]
    public async Task What_stays_is_listed_once_while_others_come_and_go()
    {
        var staying = Enumerable.Range(0, 40).Select(i => $"{(char)('a' + (i % 20))}/stays{i:d2}").ToArray();
        await WriteAllAsync(staying);
        var others = Task.Run(async () =>
        {
            for (var i = 0; i < 60; i++)
            {
                var key = $"{(char)('a' + (i % 20))}{(i % 2 == 0 ? "/" : "")}passes{i}/x";
                await WriteAsync(key, []);
                Assert.Empty(await Store.RemoveAsync([key], Cancellation));
            }
        });
        do
        {
            var listed = (await ListAsync()).Select(item => item.Key).ToArray();
            Assert.Equal(InByteOrder(listed.Distinct()), listed);
            Assert.Equal(InByteOrder(staying), listed.Where(key => key.Contains("stays", StringComparison.Ordinal)));
        }
        while (!others.IsCompleted);
        await others;
    }

    private static string[] InByteOrder(IEnumerable<string> keys) =>
        [.. keys.Order(Comparer<string>.Create((a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b))))];
}

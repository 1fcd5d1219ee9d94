using Ferry.Core.Linux;
using Ferry.Core.Walking;
using FsCheck;
using FsCheck.Fluent;

namespace Ferry.Core.Tests.Walking;

public sealed class EntrySortTests
{
    [Fact]
    public void Entries_are_in_the_order_of_their_bytes() => Prop.ForAll(ArbMap.Default.ArbFor<byte[][]>(), names =>
        Sort(names).Zip(Expected(names), static (a, b) => a.AsSpan().SequenceEqual(b)).All(static same => same)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1_000)]
    [InlineData(4_097)]
    public void Any_number_of_entries_in_any_order_is_sorted(int count)
    {
        byte[][] sorted = [.. Enumerable.Range(0, count).Select(i => PathText.ToBytes($"name-{i:d6}"))];
        Assert.Equal(sorted, Sort(sorted));
        Assert.Equal(sorted, Sort([.. sorted.Reverse()]));
        var shuffled = sorted.ToArray();
        new Random(count).Shuffle(shuffled);
        Assert.Equal(sorted, Sort(shuffled));
    }

    [Fact]
    public void Names_are_compared_as_unsigned_bytes_with_a_prefix_first() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte[]>(), (prefix, a, b) =>
        {
            byte[] left = [.. prefix, .. a], right = [.. prefix, .. b];
            return Math.Sign(NameOrder.Compare(left, right)) == Math.Sign(left.AsSpan().SequenceCompareTo(right))
                && Math.Sign(NameOrder.Compare(prefix, left)) == Math.Sign(prefix.AsSpan().SequenceCompareTo(left));
        }).QuickCheckThrowOnFailure();

    private static IEnumerable<byte[]> Expected(byte[][] names) =>
        names.Order(Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b)));

    private static byte[][] Sort(byte[][] names)
    {
        var bytes = names.SelectMany(static name => name.Append((byte)0)).ToArray();
        var entries = new TreeEntry[names.Length];
        var offset = 0;
        for (var i = 0; i < names.Length; i++)
        {
            (entries[i].NameOffset, entries[i].NameLength) = (offset, (ushort)names[i].Length);
            offset += names[i].Length + 1;
        }

        EntrySort.SortByName(entries, bytes);
        return [.. entries.Select(entry => bytes[entry.NameOffset..(entry.NameOffset + entry.NameLength)])];
    }
}

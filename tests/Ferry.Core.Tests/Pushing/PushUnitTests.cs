using Ferry.Core.Linux;
using Ferry.Core.Pushing;
using Ferry.Core.Tests.Copying;
using Ferry.Core.Walking;

namespace Ferry.Core.Tests.Pushing;

/// <summary>In which order, and in which portions, the entries of a plan are pushed.</summary>
public sealed class PushUnitTests
{
    private static readonly PushDirectory One = Directory("one");
    private static readonly PushDirectory Two = Directory("two");

    [Fact]
    public void In_a_hurry_small_files_come_first_and_of_like_size_the_newest()
    {
        List<PushItem> items =
        [
            Item(One, "large", 1_000_000, 9_000), Item(One, "old", 100, 1_000), Item(Two, "new", 120, 3_000), Item(Two, "empty", 0, 10),
            Item(One, "middle", 5_000, 9_000), Item(One, "newest", 110, 4_000),
        ];
        PushUnit.Sort(items, urgent: true);
        Assert.Equal(["empty", "newest", "new", "old", "middle", "large"], Names(items));
    }

    [Fact]
    public void Otherwise_they_come_by_directory_and_name()
    {
        List<PushItem> items = [Item(Two, "b", 1, 1), Item(One, "c", 1, 2), Item(Two, "a", 1, 3), Item(One, "a", 9, 4)];
        PushUnit.Sort(items, urgent: false);
        Assert.Equal(["a", "c", "a", "b"], Names(items));
        Assert.Equal([One, One, Two, Two], items.Select(static item => item.Directory));
    }

    [Fact]
    public void A_unit_is_of_one_directory_and_ends_when_it_is_full()
    {
        List<PushItem> items =
        [
            Item(One, "a", 1, 1), Item(One, "b", 1, 1), Item(One, "c", 1, 1), Item(Two, "d", 1, 1), Item(Two, "e", 500, 1), Item(Two, "f", 1, 1),
        ];
        var units = PushUnit.Split(items, maxItems: 2, maxBytes: 100);
        Assert.Equal(["a b", "c", "d e", "f"], units.Select(static unit => string.Join(' ', Names(unit.Items))));
        Assert.All(units, static unit => Assert.All(unit.Items, item => Assert.Same(unit.Directory, item.Directory)));
    }

    [Fact]
    public void Nothing_makes_no_units() => Assert.Empty(PushUnit.Split([], maxItems: 2, maxBytes: 100));

    private static IEnumerable<string> Names(IEnumerable<PushItem> items) => items.Select(static item => System.Text.Encoding.UTF8.GetString(item.Name));

    private static PushItem Item(PushDirectory directory, string name, long size, long second) => new(
        directory, System.Text.Encoding.UTF8.GetBytes(name), Status.Of(size: size, modified: new Timestamp(second, 0)), PushAction.Push, []);

    private static PushDirectory Directory(string name) =>
        new(new DirectoryNode(new DirectoryNode(null, [], default), System.Text.Encoding.UTF8.GetBytes(name), default), null, -1);
}

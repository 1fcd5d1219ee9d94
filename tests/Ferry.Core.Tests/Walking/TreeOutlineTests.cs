using Ferry.Core.Concurrency;
using Ferry.Core.Linux;
using Ferry.Core.Walking;
using Ferry.Testing;

namespace Ferry.Core.Tests.Walking;

public sealed class TreeOutlineTests : IDisposable
{
    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void The_largest_directory_is_divided_until_there_are_enough_parts()
    {
        _tree.WriteSparse("tree/hub/model-a/weights-1", 600);
        _tree.WriteSparse("tree/hub/model-a/weights-2", 200);
        _tree.WriteSparse("tree/hub/model-b/weights", 150);
        _tree.WriteSparse("tree/readme", 50);
        Assert.Equal(
            [("hub/model-a/weights-1", 600), ("hub/model-a/weights-2", 200), ("hub/model-b/weights", 150), ("readme", 50)],
            Outline().Parts(10).Select(part => (part.Path, part.Bytes)));
        Assert.Equal(
            [new OutlinePart(OutlinePartKind.Directory, "hub", 3, 950), new OutlinePart(OutlinePartKind.File, "readme", 1, 50)],
            Outline().Parts(3));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_parts_are_all_of_the_tree_and_not_more_than_asked_for(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 300; i++) _tree.WriteSparse($"tree/d{random.Next(30)}/e{random.Next(4)}/f{i}", (long)Math.Pow(10, random.NextDouble() * 9));
        var outline = Outline();
        Assert.Equal(300, outline.Totals.Files);
        for (var count = 1; count < 40; count++)
        {
            var parts = outline.Parts(count);
            Assert.InRange(parts.Count, 1, count);
            Assert.Equal((300, outline.Totals.Bytes), (parts.Sum(part => part.Files), parts.Sum(part => part.Bytes)));
            Assert.Equal(parts.Count, parts.Select(part => (part.Kind, part.Path)).Distinct().Count());
        }
    }

    [Fact]
    public void A_tree_without_bytes_has_no_parts()
    {
        _tree.Write("tree/empty", "");
        Assert.Empty(Outline().Parts(5));
        Assert.Equal(1, Outline().Totals.Files);
    }

    [Fact]
    public void Files_are_counted_by_day_and_the_oldest_are_named()
    {
        for (var i = 0; i < 20; i++)
        {
            _tree.WriteSparse($"tree/d/f{i:d2}", 10 + i);
            _tree.SetTime($"tree/d/f{i:d2}", 86_400L * (100 + (i / 2)) + 5);
        }

        var outline = Outline();
        Assert.Equal(10, outline.Days.Count);
        Assert.Equal(new DayTotals(new DateOnly(1970, 4, 11), 2, 21), outline.Days[0]);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"d/f{i:d2}"), outline.Oldest.Select(file => file.Path));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddDays(100).AddSeconds(5), outline.Oldest[0].At);
    }

    [Fact]
    public void The_access_time_can_be_asked_for()
    {
        _tree.Write("tree/file", "contents");
        Tool.Run("touch", ["-a", "-d", "@864000", _tree["tree/file"]]).OrThrow();
        Assert.Equal(new DateOnly(1970, 1, 11), Assert.Single(Outline(FileTime.Accessed).Days).Day);
        Assert.NotEqual(new DateOnly(1970, 1, 11), Assert.Single(Outline().Days).Day);
    }

    [Fact]
    public void Times_beyond_the_calendar_are_brought_to_its_end()
    {
        _tree.Write("tree/file", "contents");
        _tree.SetTime("tree/file", long.MaxValue / 4);
        Assert.Single(Outline().Days);
    }

    [Fact]
    public void Hostile_names_are_fit_for_display()
    {
        _tree.Write("tree/a\nb\u202e", "contents");
        Assert.Equal("a\\nb\\u202e", Assert.Single(Outline().Parts(3)).Path);
    }

    private TreeOutline Outline(FileTime time = FileTime.Modified)
    {
        using var root = TreeRoot.Open(_tree["tree"]);
        return TreeOutline.Of(root, time, new TransferLimiters(2, TimeProvider.System).For(root, null), CancellationToken.None);
    }
}

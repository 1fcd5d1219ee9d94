using Ferry.Cli.Output.Html;

namespace Ferry.Cli.Tests.Output;

public sealed class TreemapTests
{
    private static readonly Box s_bounds = new(10, 20, 640, 400);

    [Fact]
    public void The_example_of_the_paper_is_laid_out_as_there()
    {
        // Bruls, Huizing, van Wijk (2000), figure 4: areas 6, 6, 4, 3, 2, 2, 1 in 6 by 4.
        var boxes = Treemap.Layout([6, 6, 4, 3, 2, 2, 1], new Box(0, 0, 6, 4));
        Assert.Equal((0, 0, 3, 2), Rounded(boxes[0]));
        Assert.Equal((0, 2, 3, 2), Rounded(boxes[1]));
        Assert.Equal((3, 0, 1.714, 2.333), Rounded(boxes[2]));
        Assert.Equal((4.714, 0, 1.286, 2.333), Rounded(boxes[3]));
        Assert.Equal((3, 2.333, 1.2, 1.667), Rounded(boxes[4]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Areas_are_in_proportion_inside_and_do_not_overlap(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 100; round++)
        {
            var weights = Enumerable.Range(0, random.Next(1, 60)).Select(_ => Math.Pow(10, random.NextDouble() * random.Next(1, 12))).OrderDescending().ToArray();
            Check(weights, Treemap.Layout(weights, s_bounds));
        }
    }

    [Fact]
    public void Weights_of_nothing_get_no_area()
    {
        Check([5, 1, 0, 0], Treemap.Layout([5, 1, 0, 0], s_bounds));
        Assert.All(Treemap.Layout([0, 0], s_bounds), box => Assert.Equal(0, box.Area));
        Assert.Empty(Treemap.Layout([], s_bounds));
    }

    [Fact]
    public void Nothing_is_divided_into_nothing() =>
        Assert.All(Treemap.Layout([2, 1], new Box(5, 5, 0, 100)), box => Assert.Equal(0, box.Area));

    [Fact]
    public void Equal_weights_are_nearly_square() => Assert.All(
        Treemap.Layout([.. Enumerable.Repeat(1.0, 24)], s_bounds), box => Assert.InRange(box.Width / box.Height, 0.4, 2.5));

    private static void Check(double[] weights, Box[] boxes)
    {
        const double rounding = 1e-6;
        Assert.Equal(weights.Length, boxes.Length);
        for (var i = 0; i < boxes.Length; i++)
        {
            Assert.Equal(weights[i] / weights.Sum() * s_bounds.Area, boxes[i].Area, 1e-3);
            Assert.InRange(boxes[i].Left, s_bounds.Left - rounding, s_bounds.Left + s_bounds.Width + rounding);
            Assert.InRange(boxes[i].Top, s_bounds.Top - rounding, s_bounds.Top + s_bounds.Height + rounding);
            Assert.True(boxes[i].Left + boxes[i].Width <= s_bounds.Left + s_bounds.Width + rounding);
            Assert.True(boxes[i].Top + boxes[i].Height <= s_bounds.Top + s_bounds.Height + rounding);
            for (var j = 0; j < i; j++)
            {
                var width = Math.Min(boxes[i].Left + boxes[i].Width, boxes[j].Left + boxes[j].Width) - Math.Max(boxes[i].Left, boxes[j].Left);
                var height = Math.Min(boxes[i].Top + boxes[i].Height, boxes[j].Top + boxes[j].Height) - Math.Max(boxes[i].Top, boxes[j].Top);
                Assert.True(width <= rounding || height <= rounding, $"{boxes[i]} lies over {boxes[j]}");
            }
        }
    }

    private static (double Left, double Top, double Width, double Height) Rounded(Box box) =>
        (Math.Round(box.Left, 3), Math.Round(box.Top, 3), Math.Round(box.Width, 3), Math.Round(box.Height, 3));
}

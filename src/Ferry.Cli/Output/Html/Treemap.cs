namespace Ferry.Cli.Output.Html;

/// <summary>A rectangle, y downwards.</summary>
internal readonly record struct Box(double Left, double Top, double Width, double Height)
{
    public double Area => Width * Height;

    /// <summary>The box without a border, and without what stands at its top.</summary>
    public Box Inset(double border, double top) => new(
        Left + border, Top + top, Math.Max(0, Width - (2 * border)), Math.Max(0, Height - top - border));

    /// <summary>This box in percent of another.</summary>
    public Box PercentOf(Box outer) => new(
        100 * (Left - outer.Left) / outer.Width, 100 * (Top - outer.Top) / outer.Height, 100 * Width / outer.Width, 100 * Height / outer.Height);
}

/// <summary>
/// Divides a rectangle into rectangles with given areas, as near to squares as can be (Bruls, Huizing, van Wijk: Squarified Treemaps, 2000).
/// </summary>
internal static class Treemap
{
    /// <summary>Lays out.</summary>
    /// <param name="weights">Not negative, largest first for the best shapes.</param>
    /// <param name="bounds">What is divided.</param>
    /// <returns>A box for each weight, in their order: inside of the bounds, none over another, areas in proportion to the weights.</returns>
    public static Box[] Layout(IReadOnlyList<double> weights, Box bounds)
    {
        var boxes = new Box[weights.Count];
        var total = weights.Sum();
        if (total <= 0 || bounds.Area <= 0)
        {
            Array.Fill(boxes, bounds with { Width = 0, Height = 0 });
            return boxes;
        }

        var areas = weights.Select(weight => weight / total * bounds.Area).ToArray();
        var rest = bounds;
        for (var start = 0; start < areas.Length;)
        {
            var side = Math.Min(rest.Width, rest.Height);
            var end = RowEnd(areas, start, side);
            rest = PlaceRow(areas, start, end, rest, boxes);
            start = end;
        }

        return boxes;
    }

    /// <summary>A row takes areas as long as that makes its worst shape better.</summary>
    private static int RowEnd(double[] areas, int start, double side)
    {
        var end = start + 1;
        var sum = areas[start];
        var worst = Worst(areas[start], areas[start], sum, side);
        while (end < areas.Length)
        {
            var next = sum + areas[end];
            var nextWorst = Worst(areas[start..(end + 1)].Max(), areas[start..(end + 1)].Min(), next, side);
            if (nextWorst > worst)
            {
                break;
            }

            (sum, worst) = (next, nextWorst);
            end++;
        }

        return end;
    }

    /// <summary>How far the worst of a row is from a square: 1 is one.</summary>
    private static double Worst(double largest, double least, double sum, double side) => least <= 0 || side <= 0
        ? double.MaxValue
        : Math.Max(side * side * largest / (sum * sum), sum * sum / (side * side * least));

    /// <summary>Puts a row along the shorter side; what is left is returned.</summary>
    private static Box PlaceRow(double[] areas, int start, int end, Box rest, Box[] boxes)
    {
        var sum = areas[start..end].Sum();
        var isColumn = rest.Width >= rest.Height;
        var (side, depth) = isColumn ? (rest.Height, rest.Width) : (rest.Width, rest.Height);
        // The last row takes what is left, whatever rounding says.
        var thickness = end == areas.Length ? depth : side <= 0 ? 0 : Math.Min(depth, sum / side);
        var position = 0.0;
        for (var i = start; i < end; i++)
        {
            var length = sum <= 0 ? 0 : Math.Min(side - position, areas[i] / sum * side);
            boxes[i] = isColumn
                ? new Box(rest.Left, rest.Top + position, thickness, length)
                : new Box(rest.Left + position, rest.Top, length, thickness);
            position += length;
        }

        return isColumn
            ? rest with { Left = rest.Left + thickness, Width = rest.Width - thickness }
            : rest with { Top = rest.Top + thickness, Height = rest.Height - thickness };
    }
}

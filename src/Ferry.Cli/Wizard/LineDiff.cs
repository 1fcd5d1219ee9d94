namespace Ferry.Cli.Wizard;

/// <summary>Which lines of a text go, which come, and some that stay around them.</summary>
internal static class LineDiff
{
    private const int Context = 2;

    // Lines; two texts of more that differ are shown as one taken away and one put in its place.
    private const int MostCompared = 1000;

    /// <summary>The lines to show, each with ' ', '-' or '+'; "..." stands for what is left out. Empty if the texts are the same.</summary>
    public static List<(char Mark, string Line)> Between(string old, string @new)
    {
        var (before, after) = (old.Split('\n'), @new.Split('\n'));
        var start = 0;
        while (start < Math.Min(before.Length, after.Length) && before[start] == after[start])
            start++;
        var end = 0;
        while (end < Math.Min(before.Length, after.Length) - start && before[^(end + 1)] == after[^(end + 1)])
            end++;
        var all = new List<(char, string)>();
        foreach (var line in before[..start])
            all.Add((' ', line));
        AddChanges(all, before[start..^end], after[start..^end]);
        foreach (var line in before[^end..])
            all.Add((' ', line));
        return Shorten(all);
    }

    private static void AddChanges(List<(char, string)> all, string[] before, string[] after)
    {
        var (i, j) = (0, 0);
        var common = before.Length > MostCompared || after.Length > MostCompared ? null : CommonLengths(before, after);
        while (i < before.Length || j < after.Length)
        {
            if (i < before.Length && j < after.Length && common is not null && before[i] == after[j])
            {
                all.Add((' ', before[i++]));
                j++;
            }
            else if (j == after.Length || (i < before.Length && (common is null || common[i + 1, j] >= common[i, j + 1])))
                all.Add(('-', before[i++]));
            else
                all.Add(('+', after[j++]));
        }
    }

    // For every pair of places the number of lines that the rests have in common, in order.
    private static int[,] CommonLengths(string[] before, string[] after)
    {
        var common = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }
        return common;
    }

    private static List<(char, string)> Shorten(List<(char Mark, string Line)> all)
    {
        var shown = new List<(char, string)>();
        var last = -1;
        for (var i = 0; i < all.Count; i++)
        {
            var from = Math.Max(0, i - Context);
            if (!all[from..Math.Min(all.Count, i + Context + 1)].Exists(static line => line.Mark != ' '))
                continue;
            if (i > last + 1)
                shown.Add((' ', "..."));
            shown.Add(all[i]);
            last = i;
        }
        return shown;
    }
}

namespace Ferry.Cli.Config.Nodes;

/// <summary>Finds what the user probably meant.</summary>
internal static class NearestName
{
    /// <summary>
    /// The name with the smallest edit distance (insert, delete, replace, swap of neighbours), if it is small against the length:
    /// one edit for up to three characters, then one per three. Letter case is ignored.
    /// </summary>
    public static string? Find(string written, IEnumerable<string> names)
    {
        if (written.Length > 64)
            return null;
        string? best = null;
        var bestDistance = int.MaxValue;
        foreach (var name in names)
        {
            var distance = Distance(written.ToLowerInvariant(), name.ToLowerInvariant());
            if (distance < bestDistance)
                (best, bestDistance) = (name, distance);
        }
        return bestDistance <= Math.Max(1, written.Length / 3) ? best : null;
    }

    /// <summary>" (did you mean 'x'?)", or nothing.</summary>
    public static string Hint(string written, IEnumerable<string> names) =>
        Find(written, names) is { } name ? $" (did you mean '{name}'?)" : "";

    // Damerau-Levenshtein, restricted form: https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance
    private static int Distance(string a, string b)
    {
        var width = b.Length + 1;
        var table = new int[(a.Length + 1) * width];
        for (var i = 0; i <= a.Length; i++)
            table[i * width] = i;
        for (var j = 0; j <= b.Length; j++)
            table[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = table[((i - 1) * width) + j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                var least = Math.Min(replace, Math.Min(table[((i - 1) * width) + j], table[(i * width) + j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    least = Math.Min(least, table[((i - 2) * width) + j - 2] + 1);
                table[(i * width) + j] = least;
            }
        }
        return table[^1];
    }
}

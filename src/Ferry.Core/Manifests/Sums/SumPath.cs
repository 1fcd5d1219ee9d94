namespace Ferry.Core.Manifests.Sums;

/// <summary>What a path in a manifest from elsewhere may be: relative, beneath its root, and such that a file can have it.</summary>
public static class SumPath
{
    /// <summary>Components that a path may have; 255 bytes each.</summary>
    public const int MaxDepth = 4096;

    private const int MaxName = 255;

    /// <summary>Takes away a leading <c>./</c>, as <c>find</c> writes it, and checks the rest.</summary>
    /// <param name="path">The path as a line has it; afterwards without <c>./</c>.</param>
    /// <returns>Why it is refused, half a sentence; null if it is not.</returns>
    public static string? Normalize(ref ReadOnlySpan<byte> path)
    {
        if (path.StartsWith("./"u8))
        {
            path = path[2..];
        }

        if (path.StartsWith((byte)'/'))
        {
            return "is absolute: paths are relative to the directory that the manifest is of";
        }

        if (path.Contains((byte)0))
        {
            return "has a NUL in it";
        }

        var depth = 0;
        foreach (var range in path.Split((byte)'/'))
        {
            if (WhyRefused(path[range]) is { } reason)
            {
                return reason;
            }

            if (++depth > MaxDepth)
            {
                return $"has more than {MaxDepth} directories one in the other";
            }
        }

        return null;
    }

    private static string? WhyRefused(ReadOnlySpan<byte> name) =>
        name.IsEmpty ? "has an empty component"
        : name.SequenceEqual(".."u8) ? "has \"..\" in it, which could lead out of the tree"
        : name.SequenceEqual("."u8) ? "has \".\" in it"
        : name.Length > MaxName ? $"has a name of {name.Length} bytes; files have at most {MaxName}" : null;
}

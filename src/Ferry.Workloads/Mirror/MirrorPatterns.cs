using System.Text;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Workloads.Mirror;

/// <summary>Which names take no part in a mirror.</summary>
internal static class MirrorPatterns
{
    // What macOS leaves on every disk that it has seen.
    private static readonly string[] s_litter = [".DS_Store", "._*"];

    /// <summary>What the person asks for, and what macOS leaves.</summary>
    public static IReadOnlyList<string> Of(MirrorOptions options) => [.. options.IncludeAll ? [] : s_litter, .. options.Excludes];

    /// <summary>The patterns for a tree, whose own manifests take no part: they would list themselves.</summary>
    /// <param name="options">What is asked for.</param>
    /// <param name="algorithm">Which manifests are its own; null for none.</param>
    /// <param name="root">The tree's real path.</param>
    /// <param name="manifest">Another manifest's path, which may lie in the tree; null for none.</param>
    public static IgnorePatterns For(MirrorOptions options, DigestAlgorithm? algorithm, string root, string? manifest)
    {
        List<string> lines = [.. Of(options)];
        if (algorithm is { } own)
        {
            lines.Add("/" + ManifestName.Of(own));
            lines.Add("/" + ManifestName.OfIncomplete(own));
        }

        if (manifest is not null and not ManifestName.Stream && PathNesting.RealPathOf(Path.GetDirectoryName(Path.GetFullPath(manifest))!) is var directory
            && PathNesting.Contains(root, directory))
        {
            lines.Add(Escape(Path.Join(directory, Path.GetFileName(manifest))[root.TrimEnd('/').Length..]));
        }

        return IgnorePatterns.Parse(lines);
    }

    /// <summary>A pattern that matches just this path, which begins with a slash.</summary>
    private static string Escape(string path)
    {
        var pattern = new StringBuilder();
        foreach (var c in path)
        {
            if (c is '*' or '?' or '[' or '\\' or ' ')
            {
                pattern.Append('\\');
            }

            pattern.Append(c);
        }

        return pattern.ToString();
    }
}

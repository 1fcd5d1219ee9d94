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

    /// <summary>The patterns for both trees, whose own manifests take no part: they would list themselves.</summary>
    /// <param name="options">What is asked for.</param>
    /// <param name="algorithm">Which manifests are their own; null for none.</param>
    /// <param name="places">The trees, as far as they are on this machine.</param>
    /// <param name="manifest">Another manifest's path, which may lie in one of them; null for none.</param>
    public static IgnorePatterns For(MirrorOptions options, DigestAlgorithm? algorithm, MirrorPlaces? places, string? manifest) =>
        IgnorePatterns.Parse(LinesFor(options, algorithm, places, manifest));

    /// <summary>The lines of <see cref="For"/>, for another machine.</summary>
    public static List<string> LinesFor(MirrorOptions options, DigestAlgorithm? algorithm, MirrorPlaces? places, string? manifest)
    {
        List<string> lines = [.. Of(options)];
        if (algorithm is { } own)
        {
            lines.Add("/" + ManifestName.Of(own));
            lines.Add("/" + ManifestName.OfIncomplete(ManifestName.Of(own)));
        }

        if (manifest is not null and not ManifestName.Stream)
        {
            lines.AddRange(PatternsOf(manifest, places));
        }
        else if (manifest is not null && algorithm is { } streamed && options.Step == MirrorStep.MakeManifest)
        {
            // Where the pipe ends: `| gzip > BLAKE3SUMS.gz` has made the file before the tree is looked at.
            lines.Add("/" + ManifestName.Of(streamed) + ".*");
        }

        return lines;
    }

    private static IEnumerable<string> PatternsOf(string manifest, MirrorPlaces? places)
    {
        var directory = PathNesting.RealPathOf(Path.GetDirectoryName(Path.GetFullPath(manifest))!);
        foreach (var root in (TreeRoot?[])[places?.Source, places?.Target])
        {
            if (root is not null && PathNesting.Contains(root.RealPath, directory))
            {
                var path = Path.Join(directory, Path.GetFileName(manifest))[root.RealPath.TrimEnd('/').Length..];
                yield return Escape(path);
                yield return Escape(ManifestName.OfIncomplete(path));
            }
        }
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

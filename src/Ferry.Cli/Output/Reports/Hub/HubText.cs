using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Cli.Output.Reports.Hub;

/// <summary>What several reports of the hub's cache say.</summary>
internal static class HubText
{
    // As many digits as the hub's own pages show, and a few more.
    private const int ShortHex = 12;
    private const int ShownRefs = 2;

    /// <summary>The first digits of a commit.</summary>
    public static string Short(Revision commit) => commit.Hex[..ShortHex];

    /// <summary>For example <c>main, v1.0 +3</c>; <c>-</c> for none.</summary>
    public static string Refs(IReadOnlyList<RefName> refs) => refs.Count switch
    {
        0 => "-",
        <= ShownRefs => string.Join(", ", refs),
        _ => $"{string.Join(", ", refs.Take(ShownRefs))} +{refs.Count - ShownRefs}",
    };

    /// <summary>What is wrong with a cache, its repositories included.</summary>
    public static IEnumerable<CacheProblem> Problems(HubCache cache) => cache.Problems.Concat(cache.Repos.SelectMany(static repo => repo.Problems));
}

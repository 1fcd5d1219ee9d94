using System.Text;
using Ferry.Core.Linux;
using Ferry.Core.Manifests.Sums;
using Ferry.Core.Walking;

namespace Ferry.Core.Manifests.Bags;

/// <summary>Names that are one and the same where case does not count: of such files a copy there would have only one (RFC 8493, 5.2).</summary>
internal static class BagNames
{
    private const ulong HashStart = 14695981039346656037;
    private const ulong HashFactor = 1099511628211;

    /// <summary>Adds a warning for each file whose path differs from another's only in case.</summary>
    public static void WarnOfNamesAlike(SumFile payload, string root, List<EntryProblem> problems)
    {
        // 64 bits (FNV-1a) instead of the folded names: memory for a million of them, and a warning too many in a lifetime.
        var seen = new HashSet<ulong>(payload.Count);
        for (var i = 0; i < payload.Count; i++)
        {
            if (!seen.Add(HashFolded(payload.PathOf(i))))
            {
                var path = PathText.Display(payload.PathOf(i));
                problems.Add(new EntryProblem(ProblemKind.Warning, $"{root}/{path}", "differs from another file only in upper and lower case: some file systems keep only one of them"));
            }
        }
    }

    private static ulong HashFolded(ReadOnlySpan<byte> path)
    {
        var hash = HashStart;
        while (!path.IsEmpty)
        {
            _ = Rune.DecodeFromUtf8(path, out var rune, out var used);
            hash = (hash ^ (uint)Rune.ToUpperInvariant(rune).Value) * HashFactor;
            path = path[used..];
        }

        return hash;
    }
}

namespace Ferry.Workloads.Caches.Discovery;

/// <summary>Which of some caches to enable so that no two of them stage the same files.</summary>
/// <param name="Enabled">Names of the caches to enable, in the order they were given.</param>
/// <param name="Warnings">One line per cache that is left off.</param>
public sealed record OverlapDecision(IReadOnlyList<string> Enabled, IReadOnlyList<string> Warnings);

/// <summary>Caches of which one contains the others.</summary>
/// <param name="Outer">The name of the one.</param>
/// <param name="Inner">The names of the others, or of others for the same directory.</param>
/// <param name="LeaveOuter">Whether it is rather the outer one that should be left off.</param>
public sealed record OverlapGroup(string Outer, IReadOnlyList<string> Inner, bool LeaveOuter);

/// <summary>
/// Finds caches that contain each other. Both enabled would stage the files twice, and two variables would then name different
/// copies of one directory.
/// </summary>
public static class CacheOverlap
{
    private const string General = "XDG_CACHE_HOME";

    private sealed record Placed(string Name, string Source, string Path, int Order);

    /// <summary>
    /// Decides. A specific cache wins over XDG_CACHE_HOME; otherwise the outer directory wins over those inside it (HF_HOME over
    /// HF_HUB_CACHE), and of two names for one directory the first.
    /// </summary>
    /// <param name="caches">The caches that are wanted; disabled ones are ignored.</param>
    /// <param name="resolveLinks">Gives the path behind symbolic links, or null when it does not exist.</param>
    public static OverlapDecision Decide(IEnumerable<CacheDefinition> caches, Func<string, string?> resolveLinks)
    {
        var wanted = Place(caches, resolveLinks);
        var warnings = new List<string>();
        DropGeneral(wanted, warnings);
        var kept = KeepOutermost(wanted, warnings);
        kept.Sort((a, b) => a.Order.CompareTo(b.Order));
        return new OverlapDecision(kept.ConvertAll(k => k.Name), warnings);
    }

    /// <summary>All overlaps, for a person to decide; a cache may be in several.</summary>
    /// <inheritdoc cref="Decide"/>
    public static IReadOnlyList<OverlapGroup> Groups(IEnumerable<CacheDefinition> caches, Func<string, string?> resolveLinks)
    {
        var wanted = Place(caches, resolveLinks);
        var groups = new List<OverlapGroup>();
        foreach (var outer in wanted)
        {
            var inner = wanted.FindAll(w => CachePath.Contains(outer.Path, w.Path) && (w.Path != outer.Path || w.Order > outer.Order));
            if (inner.Count > 0)
                groups.Add(new OverlapGroup(outer.Name, inner.ConvertAll(i => i.Name), outer.Name == General));
        }
        return groups;
    }

    private static List<Placed> Place(IEnumerable<CacheDefinition> caches, Func<string, string?> resolveLinks)
    {
        var wanted = new List<Placed>();
        foreach (var cache in caches)
        {
            if (cache.Enabled)
                wanted.Add(new Placed(cache.Name, cache.Source, CachePath.Normalize(cache.Source, resolveLinks), wanted.Count));
        }
        return wanted;
    }

    private static void DropGeneral(List<Placed> wanted, List<string> warnings)
    {
        if (wanted.Find(w => w.Name == General) is not { } general)
            return;
        var inside = wanted.FindAll(w => w != general && CachePath.Contains(general.Path, w.Path));
        if (inside.Count == 0)
            return;
        wanted.Remove(general);
        warnings.Add($"{General} ({general.Source}) contains {string.Join(", ", inside.ConvertAll(i => i.Name))}; {General} is left off");
    }

    private static List<Placed> KeepOutermost(List<Placed> wanted, List<string> warnings)
    {
        var kept = new List<Placed>();
        var byLength = new List<Placed>(wanted);
        byLength.Sort((a, b) => a.Path.Length != b.Path.Length ? a.Path.Length.CompareTo(b.Path.Length) : a.Order.CompareTo(b.Order));
        foreach (var candidate in byLength)
        {
            if (kept.Find(k => CachePath.Contains(k.Path, candidate.Path)) is not { } outer)
            {
                kept.Add(candidate);
                continue;
            }
            var relation = outer.Path == candidate.Path ? "is the same directory as" : "is inside";
            warnings.Add($"{candidate.Name} ({candidate.Source}) {relation} {outer.Name} ({outer.Source}); {candidate.Name} is left off");
        }
        return kept;
    }
}

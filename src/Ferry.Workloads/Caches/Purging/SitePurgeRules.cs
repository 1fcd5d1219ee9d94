namespace Ferry.Workloads.Caches.Purging;

/// <summary>What sites have published about the purge of their scratch. A hint: sites change their rules, and the configuration overrides it.</summary>
public static class SitePurgeRules
{
    private sealed record Rule(string Site, int Days, PurgeClock By, string[] Paths, string? Cluster = null);

    // A path here is a prefix of whole components. Where a path alone could be anybody's (/scratch), a cluster's name must agree.
    private static readonly Rule[] s_rules =
    [
        new("ETH Euler", 15, PurgeClock.Modification, ["/cluster/scratch"]),
        new("CSCS", 30, PurgeClock.Access, ["/capstor/scratch", "/iopsstor/scratch"]),
        new("Pawsey", 21, PurgeClock.Access, ["/scratch"], "setonix"),
        new("Purdue RCAC", 60, PurgeClock.Access, ["/scratch/bell", "/scratch/gilbreth", "/scratch/gautschi", "/scratch/negishi"]),
        new("Purdue Anvil", 30, PurgeClock.Access, ["/anvil/scratch"]),
        new("Mila", 90, PurgeClock.Modification, ["/network/scratch"]),
        new("the University of Iowa", 60, PurgeClock.Change, ["/nfsscratch"]),
    ];

    /// <summary>What the cluster and this host are called, as the environment tells.</summary>
    /// <param name="lookup">Gives a variable's value, or null when it is not set.</param>
    public static IReadOnlyList<string> ClusterNames(Func<string, string?> lookup)
    {
        var names = new List<string>();
        foreach (var variable in (ReadOnlySpan<string>)["SLURM_CLUSTER_NAME", "CLUSTER", "PAWSEY_CLUSTER"])
        {
            if (lookup(variable) is { Length: > 0 } name)
            {
                names.Add(name);
            }
        }

        names.Add(Environment.MachineName);
        return names;
    }

    /// <summary>The rule for a scratch directory; null if none is known.</summary>
    /// <param name="path">Absolute path without links.</param>
    /// <param name="names">What the cluster or this host is called.</param>
    public static PurgePolicy? For(string path, IEnumerable<string> names)
    {
        foreach (var rule in s_rules)
        {
            if (Array.Exists(rule.Paths, prefix => CachePath.Contains(prefix, path))
                && (rule.Cluster is null || names.Any(name => name.StartsWith(rule.Cluster, StringComparison.OrdinalIgnoreCase))))
            {
                return new PurgePolicy(TimeSpan.FromDays(rule.Days), rule.By, $"the published rule of {rule.Site}");
            }
        }

        return null;
    }
}

using Ferry.Workloads.Caches.Purging;

namespace Ferry.Workloads.Caches;

/// <summary>Everything the cache commands need to know, with all paths expanded and checked.</summary>
public sealed record CacheSettings
{
    /// <summary>Absolute path of the scratch directory, for example the value of <c>$SCRATCH</c>.</summary>
    public required string ScratchBase { get; init; }

    /// <summary>Where below <see cref="ScratchBase"/> the caches are staged: relative, without <c>..</c>.</summary>
    public required string CacheRoot { get; init; }

    /// <summary>The configured caches in the order of the configuration, the disabled ones included. Names are unique.</summary>
    public required IReadOnlyList<CacheDefinition> Caches { get; init; }

    /// <summary>How files are moved.</summary>
    public TransferOptions Transfer { get; init; } = new();

    /// <summary>When scratch is purged; null: nobody said.</summary>
    public PurgePolicy? Purge { get; init; }

    /// <summary>Absolute path of the directory that holds one staged directory per cache.</summary>
    public string CacheRootPath => Path.Join(ScratchBase, CacheRoot);

    /// <summary>Absolute path of a cache's staged directory: what its variable is set to.</summary>
    public string TargetOf(CacheDefinition cache) => Path.Join(CacheRootPath, cache.Name);
}

namespace Ferry.Workloads.Caches.Sync;

/// <summary>
/// Where things lie in the cache root, as the older tool put them: <c>NAME/</c>, <c>.NAME.synced</c>, <c>.NAME.lock</c>, and beside them
/// the manifest.
/// </summary>
public sealed class CacheLayout(CacheSettings settings, CacheDefinition cache)
{
    /// <summary>The staged tree: what the variable is set to.</summary>
    public string Target { get; } = settings.TargetOf(cache);

    /// <summary>The freshness marker, the commit record of a sync.</summary>
    public string Marker { get; } = Path.Join(settings.CacheRootPath, $".{cache.Name}.synced");

    /// <summary>The lock file.</summary>
    public string Lock { get; } = Path.Join(settings.CacheRootPath, $".{cache.Name}.lock");

    /// <summary>The tree manifest.</summary>
    public string Manifest { get; } = Path.Join(settings.CacheRootPath, $".{cache.Name}.manifest");
}

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

    /// <summary>What a push was to bring back and did not, or is bringing back now; not there when nothing is left to do.</summary>
    public string Unpushed { get; } = Path.Join(settings.CacheRootPath, $".{cache.Name}.unpushed");

    /// <summary>Its modification time is when the cache was last given to somebody.</summary>
    public string Used { get; } = Path.Join(settings.CacheRootPath, $".{cache.Name}.used");

    /// <summary>Directory of the versions that lost a conflict.</summary>
    public string Kept { get; } = Path.Join(settings.CacheRootPath, $".{cache.Name}.kept");
}

using Ferry.Core.Concurrency;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Walking;
using Ferry.Workloads.Caches.Sync;

namespace Ferry.Workloads.Caches.Pruning;

/// <summary>Finds what Ferry has staged below the cache root: the caches of the configuration, and those that it no longer has.</summary>
internal sealed class StagedCaches(CacheSession session)
{
    private const string ManifestSuffix = ".manifest";

    public IEnumerable<PruneCandidate> Find()
    {
        var settings = session.Settings;
        foreach (var cache in settings.Caches.Concat(FindForgotten()))
        {
            var layout = new CacheLayout(settings, cache);
            // A prune that was killed right before its end has left the manifest of nothing.
            if (Directory.Exists(layout.Target) ? new DirectoryInfo(layout.Target).LinkTarget is null : File.Exists(layout.Manifest))
            {
                yield return new PruneCandidate
                {
                    Cache = cache, Target = layout.Target, Totals = TotalsOf(layout), LastUsed = CacheUse.LastOf(layout),
                };
            }
        }
    }

    /// <summary>Staged once and no longer configured; without a marker nobody knows where they came from, and they stay.</summary>
    private IEnumerable<CacheDefinition> FindForgotten()
    {
        var root = session.Settings.CacheRootPath;
        if (!Directory.Exists(root))
        {
            yield break;
        }

        foreach (var path in Directory.EnumerateFiles(root, ".*" + ManifestSuffix))
        {
            var name = Path.GetFileName(path)[1..^ManifestSuffix.Length];
            if (VariableName.IsValid(name) && session.Settings.Caches.All(cache => cache.Name != name)
                && FreshnessMarker.Read(Path.Join(root, $".{name}.synced"))?.Source is { } source && Path.IsPathRooted(source))
            {
                yield return new CacheDefinition(name, source) { Enabled = false };
            }
        }
    }

    private TreeTotals TotalsOf(CacheLayout layout)
    {
        if (!Directory.Exists(layout.Target))
        {
            return default;
        }

        try
        {
            using var manifest = ManifestFile.Open(layout.Manifest);
            if (manifest is not null)
            {
                return manifest.Totals;
            }
        }
        catch (ManifestException)
        {
            // Then it is counted.
        }

        using var target = TreeRoot.Open(layout.Target);
        return TreeMeasure.Of(target, session.Limiters.For(target, null), session.Cancellation);
    }
}

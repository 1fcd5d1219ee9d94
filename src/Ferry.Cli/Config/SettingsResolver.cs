using Ferry.Cli.Config.Layers;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Config.Values;
using Ferry.Workloads.Caches;

namespace Ferry.Cli.Config;

/// <summary>Turns the configuration as written into settings for this machine: paths expanded and checked, scratch chosen.</summary>
internal sealed class SettingsResolver(FerryConfig config, IHostEnvironment environment, IHostFiles files)
{
    /// <summary>Resolves everything the cache commands need.</summary>
    /// <exception cref="ConfigException">
    /// No caches are configured, a path uses an unset variable or is not absolute, or no scratch directory can be used.
    /// </exception>
    public CacheSettings Resolve()
    {
        var caches = ResolveCaches();
        return new CacheSettings
        {
            ScratchBase = ResolveScratch(),
            CacheRoot = ResolveCacheRoot(),
            Caches = caches,
            Transfer = config.ToTransferOptions(),
            Purge = config.Purge?.Value,
        };
    }

    /// <summary>The configured caches, whatever is the matter with scratch.</summary>
    /// <exception cref="ConfigException">There are none, or a source uses an unset variable or is not absolute.</exception>
    public List<CacheDefinition> ResolveCaches()
    {
        if (config.Caches.Count == 0)
            throw NoCaches();
        var caches = new List<CacheDefinition>(config.Caches.Count);
        foreach (var cache in config.Caches)
            caches.Add(Resolve(cache));
        return caches;
    }

    /// <summary>Chooses the scratch directory: the first candidate that exists and can be written to.</summary>
    /// <exception cref="ConfigException">None can be used; the message says why for each.</exception>
    public string ResolveScratch()
    {
        var problems = new List<string>();
        string? creatable = null;
        foreach (var candidate in config.Scratch.Value)
        {
            var path = PathExpander.Expand(candidate, environment, out var problem);
            if (path is not null)
            {
                problem = ExamineScratch(path, files, out var mayBeMade);
                if (problem is null)
                    return Clean(path);
                if (mayBeMade)
                    creatable ??= Clean(path);
            }
            problems.Add($"{Printable.Shorten(candidate)} ({problem})");
        }
        if (creatable is not null)
            return creatable;
        throw new ConfigException(
            $"{config.Scratch.Origin.Where}: no scratch directory can be used: {string.Join("; ", problems)}; " +
            "pass --scratch DIR, set FERRY_SCRATCH, or change 'scratch' in the configuration");
    }

    /// <summary>Why a path cannot be the scratch directory now, in half a sentence; null if it can.</summary>
    /// <param name="path">The path, expanded.</param>
    /// <param name="files">The file system.</param>
    /// <param name="mayBeMade">Whether a sync may make it.</param>
    public static string? ExamineScratch(string path, IHostFiles files, out bool mayBeMade)
    {
        mayBeMade = false;
        if (!path.StartsWith('/'))
            return "not an absolute path";
        if (files.Facts(path) is { } facts)
            return !facts.IsDirectory ? "not a directory" : files.MayWriteIn(path) ? null : "not writable";
        // A user's own directory in /tmp is new on every node; anywhere else a missing directory is a mistake.
        mayBeMade = Path.GetDirectoryName(Clean(path)) is { } parent &&
            files.Facts(parent) is { IsDirectory: true, IsSticky: true } && files.MayWriteIn(parent);
        return "does not exist";
    }

    /// <summary>The directory of the staged caches, relative to scratch.</summary>
    /// <exception cref="ConfigException">It is no path below scratch.</exception>
    public string ResolveCacheRoot()
    {
        var setting = config.CacheRoot;
        var root = PathExpander.Expand(setting.Value, environment, out var problem);
        if (root is null)
            throw Bad(setting.Origin, $"cache_root: {problem}");
        var clean = root.Trim('/');
        if (root.StartsWith('/') || clean.Length == 0 || clean.Split('/').AsSpan().IndexOfAny("..", ".") >= 0)
            throw Bad(setting.Origin, $"cache_root must be a path below scratch without '..', not '{Printable.Shorten(root)}'");
        return clean;
    }

    /// <summary>Resolves one cache, wherever scratch is.</summary>
    /// <exception cref="ConfigException">It has no source, or that cannot be expanded or is not absolute.</exception>
    public CacheDefinition Resolve(CacheEntry cache)
    {
        if (cache.Source is not { } source)
            throw Bad(cache.Origin, $"caches.{cache.Name} has no source; write '{cache.Name}: {{ source: /path }}'");
        var path = PathExpander.Expand(source.Value, environment, out var problem);
        if (path is null)
            throw Bad(source.Origin, $"caches.{cache.Name}.source: {problem}");
        if (!path.StartsWith('/'))
            throw Bad(source.Origin, $"caches.{cache.Name}.source must be an absolute path, not '{Printable.Shorten(path)}'");
        return new CacheDefinition(cache.Name, Clean(path))
        {
            Enabled = cache.Enabled?.Value ?? true,
            Excludes = cache.Excludes?.Value ?? [],
        };
    }

    /// <summary>The error of commands that need a cache.</summary>
    public static ConfigException NoCaches() => new("no caches are configured; run 'ferry init' to find them");

    /// <summary>Where caches are staged; null when no scratch directory can be used here, as on a login node.</summary>
    public string? TryResolveCacheRoot()
    {
        try
        {
            return Path.Join(ResolveScratch(), ResolveCacheRoot());
        }
        catch (ConfigException)
        {
            return null;
        }
    }

    private static ConfigException Bad(ConfigOrigin origin, string message) => new($"{origin.Where}: {message}");

    private static string Clean(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
}

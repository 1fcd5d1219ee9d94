using Ferry.Cli.Config.Values;

namespace Ferry.Cli.Config.Hub;

/// <summary>Where the hub's clients keep what they download: the variables of the hub's own clients, in their order.</summary>
internal static class HubCachePlace
{
    /// <summary>The cache's directory, absolute, which need not exist.</summary>
    /// <param name="config">What is configured; the older tool's file may name the cache.</param>
    /// <param name="environment">The process's environment.</param>
    /// <exception cref="ConfigException">It cannot be expanded.</exception>
    public static Setting<string> Find(HubConfig config, IHostEnvironment environment)
    {
        if ((config.CacheDirectory ?? HubEnvironment.Find(environment, "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE")) is { } cache)
        {
            return Expand(cache, environment);
        }

        var home = Home(environment);
        return new(Path.Join(home.Value, "hub"), home.Origin);
    }

    /// <summary>The directory above, which has the token too.</summary>
    /// <exception cref="ConfigException">It cannot be expanded.</exception>
    public static Setting<string> Home(IHostEnvironment environment)
    {
        if (HubEnvironment.Find(environment, "HF_HOME") is { } home)
        {
            return Expand(home, environment);
        }

        var caches = HubEnvironment.Find(environment, "XDG_CACHE_HOME") is { } xdg ? Expand(xdg, environment) : new(environment.Home + "/.cache", ConfigOrigin.BuiltIn);
        return new(Path.Join(caches.Value, "huggingface"), caches.Origin);
    }

    /// <summary>A path as the hub's clients take it: with variables in it, or relative to the working directory.</summary>
    internal static Setting<string> Expand(Setting<string> path, IHostEnvironment environment) =>
        PathExpander.Expand(path.Value, environment, out var problem) is { } expanded
            ? new(Path.TrimEndingDirectorySeparator(Path.GetFullPath(expanded, environment.WorkingDirectory ?? "/")), path.Origin)
            : throw new ConfigException($"{path.Origin.Where}: {problem}");
}

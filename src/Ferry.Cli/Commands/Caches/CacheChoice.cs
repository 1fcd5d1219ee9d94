using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;
using Ferry.Workloads.Caches;

namespace Ferry.Cli.Commands;

/// <summary>Which caches a command is about.</summary>
internal static class CacheChoice
{
    /// <summary>The named caches, disabled ones too; without names all that are enabled. In the order of the configuration.</summary>
    /// <exception cref="ConfigException">There is no cache of that name; the message has the nearest one.</exception>
    public static CacheDefinition[] Choose(CacheSettings settings, IReadOnlyList<string> variables) => Choose(settings.Caches, variables);

    /// <inheritdoc cref="Choose(CacheSettings, IReadOnlyList{string})"/>
    public static CacheDefinition[] Choose(IReadOnlyList<CacheDefinition> caches, IReadOnlyList<string> variables)
    {
        foreach (var variable in variables)
        {
            if (!caches.Any(cache => cache.Name == variable))
            {
                throw new ConfigException(
                    $"--var {Printable.Shorten(variable)}: no such cache in the configuration{NearestName.Hint(variable, [.. caches.Select(cache => cache.Name)])}");
            }
        }

        return [.. caches.Where(cache => variables.Count > 0 ? variables.Contains(cache.Name) : cache.Enabled)];
    }
}

using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;
using Ferry.Workloads.Caches;

namespace Ferry.Cli.Commands;

/// <summary>Which caches a command is about.</summary>
internal static class CacheChoice
{
    /// <summary>The named caches, disabled ones too; without names all that are enabled. In the order of the configuration.</summary>
    /// <exception cref="ConfigException">There is no cache of that name; the message has the nearest one.</exception>
    public static CacheDefinition[] Choose(CacheSettings settings, IReadOnlyList<string> variables)
    {
        foreach (var variable in variables)
        {
            if (!settings.Caches.Any(cache => cache.Name == variable))
            {
                throw new ConfigException(
                    $"--var {Printable.Shorten(variable)}: no such cache in the configuration{NearestName.Hint(variable, [.. settings.Caches.Select(cache => cache.Name)])}");
            }
        }

        return [.. settings.Caches.Where(cache => variables.Count > 0 ? variables.Contains(cache.Name) : cache.Enabled)];
    }
}

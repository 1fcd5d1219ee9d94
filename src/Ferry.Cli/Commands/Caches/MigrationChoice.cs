using System.Globalization;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Layers;
using Ferry.Cli.Config.Nodes;
using Ferry.Cli.Output;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Migration;

namespace Ferry.Cli.Commands;

/// <summary>What <c>ferry migrate</c> moves and where: from the command line, or asked for at a terminal.</summary>
internal static class MigrationChoice
{
    /// <summary>The settings of the older tool's images, which it could move too.</summary>
    private static readonly string[] s_imageDirectories = ["venv_base", "sif_store"];

    /// <summary>The cache that is meant.</summary>
    /// <exception cref="ConfigException">There is none of that name, or nobody can be asked.</exception>
    public static CacheEntry Choose(FerryConfig config, string? what, CommandContext context)
    {
        if (config.Caches.Count == 0)
        {
            throw SettingsResolver.NoCaches();
        }

        var names = config.Caches.ConvertAll(static cache => cache.Name);
        if (what is null)
        {
            what = context.IsInteractive
                ? Ask(config.Caches, context)
                : throw new ConfigException($"name the cache to move: {string.Join(", ", names)}");
        }

        if (config.Caches.Find(cache => cache.Name == what) is { } found)
        {
            return found;
        }

        throw new ConfigException(s_imageDirectories.Contains(what)
            ? $"{what} belongs to images, which come with 'ferry image'; what can be moved is a cache: {string.Join(", ", names)}"
            : $"{Printable.Shorten(what)}: no such cache in the configuration{NearestName.Hint(what, names)}");
    }

    /// <summary>The new directory; null to go on with a move that was begun.</summary>
    /// <exception cref="ConfigException">It is missing, and nobody can be asked.</exception>
    public static string? Destination(MigrateCommand.Options options, string? begun, CacheDefinition cache, CommandContext context)
    {
        if (options.To is null && begun is not null)
        {
            return null;
        }

        var to = options.To ?? (context.IsInteractive ? Question.Ask(context, $"Move {cache.Source} to which new directory?") : null)
            ?? throw new ConfigException($"{cache.Name}: --to is missing: the directory that takes the place of {cache.Source}");
        // A shell does not expand a tilde behind an equals sign.
        return to is "~" || to.StartsWith("~/", StringComparison.Ordinal) ? context.Environment.Home + to[1..] : to;
    }

    /// <summary>The other caches whose source lies in the directory that is moved, and where it will be.</summary>
    public static List<(string Cache, string To)> Inside(CacheMigration migration, FerryConfig config, SettingsResolver resolver, CacheDefinition moved)
    {
        var inside = new List<(string Cache, string To)>();
        foreach (var other in config.Caches)
        {
            if (other.Name != moved.Name && SourceOf(other, resolver) is { } source && migration.NewNameOf(source) is { } to)
            {
                inside.Add((other.Name, to));
            }
        }

        return inside;
    }

    /// <summary>Null where it cannot be told: another cache may use a variable that is not set here.</summary>
    private static string? SourceOf(CacheEntry cache, SettingsResolver resolver)
    {
        try
        {
            return resolver.Resolve(cache).Source;
        }
        catch (ConfigException)
        {
            return null;
        }
    }

    private static string Ask(List<CacheEntry> caches, CommandContext context)
    {
        var table = caches.Select((cache, i) => $"{i + 1,3}  {cache.Name.PadRight(caches.Max(static c => c.Name.Length))}  {cache.Source?.Value}");
        foreach (var line in table)
        {
            context.Error.WriteLine(line);
        }

        var answer = Question.Ask(context, "Which cache do you want to move?") ?? throw new ConfigException("nothing was chosen; nothing was changed");
        return int.TryParse(answer, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= caches.Count
            ? caches[number - 1].Name
            : answer;
    }
}

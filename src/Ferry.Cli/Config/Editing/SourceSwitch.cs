using Ferry.Cli.Config.Drafts;
using Ferry.Cli.Config.Values;

namespace Ferry.Cli.Config.Editing;

/// <summary>Makes the configuration name another source for a cache, in the file that names it now.</summary>
internal static class SourceSwitch
{
    /// <summary>Changes the file, lasting when this returns, and makes sure that the new source is in force.</summary>
    /// <param name="context">The command's world.</param>
    /// <param name="cache">The cache's name.</param>
    /// <param name="path">Absolute path of its new directory, literal.</param>
    /// <returns>The file that was changed.</returns>
    /// <exception cref="ConfigException">The file cannot be changed: it is as it was. Or another source still says otherwise.</exception>
    public static string Apply(CommandContext context, string cache, string path)
    {
        var origin = Find(Load(context), cache).Source!.Origin;
        var file = SettingsFile.Of(origin)!;
        var isOlder = origin.Level == ConfigLevel.Older;
        file.Set(SettingPath.SourceOf(cache), [isOlder ? PathExpander.Escape(path) : DraftText.Path(path, context.Environment.Home)]);
        var config = Load(context);
        var resolved = new SettingsResolver(config, context.Environment, context.Files).Resolve(Find(config, cache)).Source;
        return resolved == path ? file.Path : throw new ConfigException($"{file.Path}: {cache} should be {path} now, but is {resolved}", exitCode: 1);
    }

    /// <summary>Makes sure, before much work is done, that the file can be changed.</summary>
    /// <exception cref="ConfigException">It cannot.</exception>
    public static void Check(CommandContext context, Layers.CacheEntry cache)
    {
        var file = cache.Source!.Origin.File!;
        var directory = Path.GetDirectoryName(context.Files.RealPath(file) ?? file)!;
        if (!context.Files.MayWriteIn(directory))
            throw new ConfigException($"{file}: names the source of {cache.Name} and cannot be changed: {directory} is not writable");
    }

    private static FerryConfig Load(CommandContext context) => ConfigLoader.Load(context.Environment, context.Files, new ConfigFlags());

    private static Layers.CacheEntry Find(FerryConfig config, string cache) => config.Caches.Find(entry => entry is { Source: not null } && entry.Name == cache)
        ?? throw new ConfigException($"the cache {cache} is no longer in the configuration");
}

using Ferry.Workloads.Caches.Discovery;

namespace Ferry.Cli.Wizard;

/// <summary>A cache that may be configured.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Source">Absolute path where it is, or where its tool would put it; empty when nothing says where.</param>
/// <param name="Preset">What is known of it; null for a variable of the user's own.</param>
/// <param name="IsFound">Whether the directory exists.</param>
internal sealed record CacheCandidate(string Name, string Source, CachePreset? Preset, bool IsFound);

/// <summary>Finds the caches of this machine.</summary>
internal static class CacheFinder
{
    /// <summary>The scratch directory of this machine, as it belongs in a file: <c>$SCRATCH</c>.</summary>
    public static string Scratch(CommandContext context) => ScratchLocator.Locate(
        context.Environment.UserName,
        context.Environment.Get,
        path => context.Files.Facts(path) is { IsDirectory: true } && context.Files.MayWriteIn(path)).Literal;

    /// <summary>All presets: those whose directory exists, then the others.</summary>
    public static List<CacheCandidate> Find(IHostEnvironment environment)
    {
        var places = new PresetPlaces(
            environment.Home, environment.UserName, name => StagedVariable.SourceOf(name, environment.Get(name)));
        var candidates = new List<CacheCandidate>();
        foreach (var found in CachePresets.FoundOn(places, Directory.Exists))
            candidates.Add(new CacheCandidate(found.Preset.Variable, found.Source, found.Preset, IsFound: true));
        foreach (var preset in CachePresets.All)
        {
            if (candidates.Exists(c => c.Name == preset.Variable))
                continue;
            var usual = places.FirstOf(preset.Variable, preset.ListSeparator) ?? preset.DefaultLocations(places).FirstOrDefault("");
            candidates.Add(new CacheCandidate(preset.Variable, usual, preset, IsFound: false));
        }
        return candidates;
    }
}

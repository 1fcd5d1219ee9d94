namespace Ferry.Workloads.Caches.Discovery;

/// <summary>A cache that Ferry knows of: a variable, what it is for, and where its tool keeps it by default.</summary>
/// <param name="Variable">The environment variable.</param>
/// <param name="Description">What the cache holds, for a human.</param>
/// <param name="DefaultLocations">The places to look when the variable is not set, the best first; absolute paths.</param>
/// <param name="ListSeparator">What separates the directories if the variable holds a list of them; otherwise null.</param>
public sealed record CachePreset(
    string Variable, string Description, Func<PresetPlaces, IReadOnlyList<string>> DefaultLocations, char? ListSeparator = null)
{
    /// <summary>Patterns, relative to the directory, of files with credentials: they are better left where they are.</summary>
    public IReadOnlyList<string> Credentials { get; init; } = [];

    /// <summary>What these are and what a job without them does; empty if there are none.</summary>
    public string CredentialsNote { get; init; } = "";
}

/// <summary>A preset whose directory exists on this machine.</summary>
/// <param name="Preset">The preset.</param>
/// <param name="Source">Absolute path of the directory.</param>
public sealed record FoundCache(CachePreset Preset, string Source);

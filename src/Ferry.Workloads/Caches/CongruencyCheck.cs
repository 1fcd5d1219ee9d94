namespace Ferry.Workloads.Caches;

/// <summary>
/// Finds variables that are already set to a third place: neither the configured source nor the staged copy. Mostly these are
/// forgotten exports in a shell's start-up file, and what the user's tools write there is never staged.
/// </summary>
public static class CongruencyCheck
{
    /// <summary>Compares the environment with the configuration.</summary>
    /// <param name="settings">The configuration; disabled caches are not looked at.</param>
    /// <param name="lookup">Gives a variable's value, or null when it is not set.</param>
    /// <param name="resolveLinks">Gives the path behind symbolic links, or null when it does not exist.</param>
    /// <returns>One line per variable that disagrees.</returns>
    public static IReadOnlyList<string> Warnings(
        CacheSettings settings, Func<string, string?> lookup, Func<string, string?> resolveLinks)
    {
        List<string>? warnings = null;
        foreach (var cache in settings.Caches)
        {
            if (!cache.Enabled || lookup(cache.Name) is not { Length: > 0 } value)
                continue;
            if (CachePath.Same(value, cache.Source, resolveLinks) || CachePath.Same(value, settings.TargetOf(cache), resolveLinks))
                continue;
            (warnings ??= []).Add(
                $"{cache.Name} is set to {value}, but its configured source is {cache.Source}; " +
                $"unset it or run 'ferry config path' to see which file to change");
        }
        return warnings ?? (IReadOnlyList<string>)[];
    }
}

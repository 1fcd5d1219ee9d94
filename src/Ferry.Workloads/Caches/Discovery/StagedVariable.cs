using Ferry.Workloads.Caches.Sync;

namespace Ferry.Workloads.Caches.Discovery;

/// <summary>Sees through variables that an earlier sync pointed at scratch: where a cache is, is its source, not its copy.</summary>
public static class StagedVariable
{
    /// <summary>The value; if that is a staged copy the source it was brought from, or null when nothing says which that was.</summary>
    /// <param name="variable">The variable's name.</param>
    /// <param name="value">Its value.</param>
    public static string? SourceOf(string variable, string? value)
    {
        if (value is null || !value.StartsWith('/'))
            return value;
        var path = Path.TrimEndingDirectorySeparator(value);
        if (Path.GetFileName(path) != variable || Path.GetDirectoryName(path) is not { } root)
            return value;
        return File.Exists(Path.Join(root, $".{variable}.lock"))
            ? FreshnessMarker.Read(Path.Join(root, $".{variable}.synced"))?.Source
            : value;
    }
}

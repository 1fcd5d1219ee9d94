using Ferry.Core.Linux;

namespace Ferry.Workloads.Caches.Sync;

/// <summary>
/// Brings a cache over with the system's rsync, for sites that insist on it: the older tool's arguments, but no exit code of rsync is taken
/// for success that is not. There is then no manifest: what rsync does not know, a purge of scratch, is found by letting it compare again.
/// </summary>
internal static class RsyncTransfer
{
    private const int VanishedFiles = 24;

    /// <summary>Runs rsync.</summary>
    /// <returns>Null when everything arrived, else what went wrong; and a warning, if any.</returns>
    /// <exception cref="IOException">rsync is not installed.</exception>
    public static (string? Error, string? Warning) Run(SyncSession session, CacheDefinition cache, string target)
    {
        var arguments = new List<string> { "-a" };
        if (session.Options.Delete)
        {
            arguments.Add("--delete");
        }

        if (session.Options.Verify)
        {
            arguments.Add("--checksum");
        }

        foreach (var pattern in cache.Excludes)
        {
            arguments.Add($"--exclude={pattern}");
        }

        arguments.AddRange(session.Settings.Transfer.RsyncExtraArgs);
        arguments.Add("--");
        arguments.Add(cache.Source.TrimEnd('/') + "/");
        arguments.Add(target + "/");
        var result = session.Processes.Run("rsync", arguments, session.Cancellation);
        var lastLine = PathText.Display(PathText.ToBytes(result.Error.Split('\n')[^1].Replace("\0", "", StringComparison.Ordinal)));
        return result.ExitCode switch
        {
            0 => (null, null),
            VanishedFiles => (null, "files vanished from the source while rsync was reading it"),
            _ => ($"rsync failed with exit code {result.ExitCode}: {lastLine}", null),
        };
    }
}

namespace Ferry.Workloads.Caches.Discovery;

/// <summary>A place for staged files.</summary>
/// <param name="Literal">What belongs in a configuration file: <c>$SCRATCH</c> when it came from a variable.</param>
/// <param name="Path">The absolute path it means now.</param>
public sealed record ScratchCandidate(string Literal, string Path);

/// <summary>Finds the fast storage of this machine: what the job or the site announces, then well-known places.</summary>
public static class ScratchLocator
{
    // A job's own directory first, then the user's, then the system's.
    private static readonly string[] Variables = ["SLURM_TMPDIR", "SCRATCH", "TMPDIR"];

    /// <summary>All candidates in order of preference; the last is a directory in /tmp that may not exist yet.</summary>
    /// <param name="userName">The user's login name.</param>
    /// <param name="lookup">Gives a variable's value, or null when it is not set.</param>
    public static IReadOnlyList<ScratchCandidate> Candidates(string userName, Func<string, string?> lookup)
    {
        var candidates = new List<ScratchCandidate>();
        foreach (var variable in Variables)
        {
            // "/tmp" itself belongs to everybody: the last candidate is the user's own part of it.
            if (lookup(variable) is { } value && value.StartsWith('/') && value.TrimEnd('/') is not ("" or "/tmp" or "/var/tmp"))
                candidates.Add(new ScratchCandidate("$" + variable, value));
        }
        if (userName.Length > 0)
        {
            foreach (var path in SitePaths(userName))
                candidates.Add(new ScratchCandidate(path, path));
        }
        candidates.Add(Fallback(userName));
        return candidates;
    }

    /// <summary>The first candidate that exists and can be written to; if none does, the one in /tmp.</summary>
    /// <param name="userName">The user's login name.</param>
    /// <param name="lookup">Gives a variable's value, or null when it is not set.</param>
    /// <param name="isWritableDirectory">Whether an absolute path is a directory that this user may create files in.</param>
    public static ScratchCandidate Locate(string userName, Func<string, string?> lookup, Func<string, bool> isWritableDirectory)
    {
        foreach (var candidate in Candidates(userName, lookup))
        {
            if (isWritableDirectory(candidate.Path))
                return candidate;
        }
        return Fallback(userName);
    }

    private static ScratchCandidate Fallback(string userName) => new($"/tmp/ferry-{userName}", $"/tmp/ferry-{userName}");

    private static string[] SitePaths(string user) =>
    [
        $"/cluster/scratch/{user}",
        $"/scratch/{user}",
        $"/scratch/users/{user}",
        $"/pscratch/sd/{user[0]}/{user}",
        $"/lustre/scratch/{user}",
        $"/gpfs/scratch/{user}",
        $"/mnt/bb/{user}",
        $"/local/scratch/{user}",
        $"/local/{user}",
        $"/localscratch/{user}",
    ];
}

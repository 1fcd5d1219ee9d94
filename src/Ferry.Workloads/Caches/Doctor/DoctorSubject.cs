using Ferry.Workloads.Caches.Purging;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>A scratch directory, and where in it the caches are staged.</summary>
/// <param name="Base">Absolute path; it need not exist.</param>
/// <param name="CacheRoot">Relative path below it.</param>
public sealed record DoctorScratch(string Base, string CacheRoot)
{
    /// <summary>Absolute path of the directory that holds the staged caches.</summary>
    public string CacheRootPath => Path.Join(Base, CacheRoot);
}

/// <summary>What the doctor is to look at.</summary>
public sealed record DoctorSubject
{
    /// <summary>How long a probe may take if nobody says otherwise.</summary>
    public static readonly TimeSpan DefaultTimeLimit = TimeSpan.FromSeconds(10);

    /// <summary>The scratch directory; several where no valid configuration chooses one.</summary>
    public required IReadOnlyList<DoctorScratch> Scratches { get; init; }

    /// <summary>The caches whose sources are looked at; empty where there is no valid configuration.</summary>
    public required IReadOnlyList<CacheDefinition> Caches { get; init; }

    /// <summary>How files are moved.</summary>
    public required TransferOptions Transfer { get; init; }

    /// <summary>What the configuration says about the purge of scratch; null: nothing.</summary>
    public PurgePolicy? Purge { get; init; }

    /// <summary>Absolute path of the home directory.</summary>
    public required string Home { get; init; }

    /// <summary>The user's login name; may be empty.</summary>
    public required string UserName { get; init; }

    /// <summary>The program to start for what takes a second process: this one. Null if its path is unknown.</summary>
    public string? Program { get; init; }

    /// <summary>Gives an environment variable's value, or null when it is not set.</summary>
    public required Func<string, string?> Lookup { get; init; }

    /// <summary>How long a probe may take.</summary>
    public TimeSpan TimeLimit { get; init; } = DefaultTimeLimit;

    /// <summary>The settings for the first scratch directory, as cache commands take them.</summary>
    internal CacheSettings Settings => new()
    {
        ScratchBase = Scratches[0].Base, CacheRoot = Scratches[0].CacheRoot, Caches = Caches, Transfer = Transfer, Purge = Purge,
    };
}

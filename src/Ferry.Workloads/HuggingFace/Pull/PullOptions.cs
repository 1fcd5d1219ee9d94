namespace Ferry.Workloads.HuggingFace.Pull;

/// <summary>How a revision is pulled.</summary>
public sealed record PullOptions
{
    /// <summary>The cache; made if it does not exist.</summary>
    public required string CacheDirectory { get; init; }

    /// <summary>Requests at a time, 1 or more; null for what suits the source and the sizes.</summary>
    public int? Workers { get; init; }

    /// <summary>Whether nothing is written or downloaded, only told.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether contents that are there are read, and downloaded again if they are not what their names say.</summary>
    public bool Repair { get; init; }

    /// <summary>Contents of the cache that are read at a time for that, 1 or more.</summary>
    public int Readers { get; init; } = 4;
}

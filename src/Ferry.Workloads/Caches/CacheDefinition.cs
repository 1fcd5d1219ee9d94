namespace Ferry.Workloads.Caches;

/// <summary>One cache: the directory that an environment variable names, and what to leave out of it.</summary>
public sealed record CacheDefinition
{
    /// <summary>Describes a cache.</summary>
    /// <exception cref="ArgumentException">The name is not a variable's name, or the source is not an absolute path.</exception>
    public CacheDefinition(string name, string source)
    {
        if (!VariableName.IsValid(name))
            throw new ArgumentException($"'{name}' is not the name of an environment variable", nameof(name));
        if (!Path.IsPathRooted(source))
            throw new ArgumentException($"'{source}' is not an absolute path", nameof(source));
        Name = name;
        Source = source;
    }

    /// <summary>The environment variable; also the name of the staged directory below the cache root.</summary>
    public string Name { get; }

    /// <summary>Absolute path of the persistent directory.</summary>
    public string Source { get; }

    /// <summary>Whether a sync without names includes this cache. Default: true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>What is not staged: patterns in gitignore syntax, relative to <see cref="Source"/>. Default: none.</summary>
    public IReadOnlyList<string> Excludes { get; init; } = [];
}

namespace Ferry.Core.Linux;

/// <summary>A set of relative paths as bytes.</summary>
public sealed class PathSet
{
    private readonly HashSet<byte[]> _paths = new(PathComparer.Instance);

    /// <summary>Number of paths.</summary>
    public int Count => _paths.Count;

    /// <summary>Adds a path; one that is there already is not added again.</summary>
    public void Add(byte[] path) => _paths.Add(path);

    /// <summary>Whether the path is in the set.</summary>
    public bool Contains(ReadOnlySpan<byte> path) => _paths.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(path);
}

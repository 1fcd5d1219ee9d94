namespace Ferry.Core.Walking;

/// <summary>One directory of an outline: what it holds itself and, once <see cref="Sum"/> was called, with all below.</summary>
internal sealed class OutlineDirectory(OutlineDirectory? parent, byte[] name)
{
    /// <summary>Files that a directory names; what else it holds is one sum.</summary>
    public const int MaxNamedFiles = 12;

    private readonly Lock _lock = new();
    private readonly List<OutlineDirectory> _children = [];

    public OutlineDirectory? Parent { get; } = parent;

    public byte[] Name { get; } = name;

    /// <summary>The largest files, largest first: at most <see cref="MaxNamedFiles"/>.</summary>
    public required (byte[] Name, long Bytes)[] Largest { get; init; }

    /// <summary>Files and links: the directory's own until <see cref="Sum"/>, then with all below.</summary>
    public required long Files { get; set; }

    /// <summary>Bytes, likewise.</summary>
    public required long Bytes { get; set; }

    public IReadOnlyList<OutlineDirectory> Children => _children;

    public void Add(OutlineDirectory child)
    {
        lock (_lock)
        {
            _children.Add(child);
        }
    }

    /// <summary>Adds to every directory what is below it. Not by recursion: a tree may be deeper than a stack.</summary>
    public void Sum()
    {
        var directories = new List<OutlineDirectory> { this };
        for (var i = 0; i < directories.Count; i++)
        {
            directories.AddRange(directories[i]._children);
        }

        for (var i = directories.Count - 1; i > 0; i--)
        {
            directories[i].Parent!.Files += directories[i].Files;
            directories[i].Parent!.Bytes += directories[i].Bytes;
        }
    }

    /// <summary>The path below the root; empty for the root.</summary>
    public byte[] Path => Parent is null ? [] : Linux.PathText.Join(Parent.Path, Name);
}

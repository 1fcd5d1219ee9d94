using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Serve.Sources;

/// <summary>A file or a directory of a revision.</summary>
/// <param name="Path">Its path.</param>
/// <param name="File">The file; null for a directory.</param>
internal readonly record struct TreeEntry(string Path, ManifestFile? File);

/// <summary>The files of a revision with their directories, by path. Thread-safe.</summary>
internal sealed class ServedTree
{
    private readonly TreeEntry[] _entries;

    public ServedTree(RepoManifest manifest)
    {
        Manifest = manifest;
        var directories = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in manifest.Files)
        {
            for (var path = file.Path.Directory; path.Length > 0 && directories.Add(path); path = path.LastIndexOf('/') is >= 0 and var slash ? path[..slash] : "")
            {
            }
        }

        _entries = [.. manifest.Files.Select(static file => new TreeEntry(file.Path.Text, file)), .. directories.Select(static path => new TreeEntry(path, null))];
        Array.Sort(_entries, static (one, other) => string.CompareOrdinal(one.Path, other.Path));
    }

    public RepoManifest Manifest { get; }

    /// <summary>What has this path; null if nothing has.</summary>
    public TreeEntry? Find(string path) => IndexOf(path) is var index && index < _entries.Length && _entries[index].Path == path ? _entries[index] : null;

    /// <summary>What is below a directory, by path; of a directory below that only itself unless everything is wanted.</summary>
    /// <param name="directory">Its path; empty for the top.</param>
    /// <param name="isRecursive">Whether everything is wanted.</param>
    public IEnumerable<TreeEntry> Below(RepoPath? directory, bool isRecursive)
    {
        var prefix = directory is { } path ? path.Text + "/" : "";
        for (var i = IndexOf(prefix); i < _entries.Length && _entries[i].Path.StartsWith(prefix, StringComparison.Ordinal); i++)
        {
            if (isRecursive || !_entries[i].Path.AsSpan(prefix.Length).Contains('/'))
            {
                yield return _entries[i];
            }
        }
    }

    /// <summary>Where a path is, or would be.</summary>
    private int IndexOf(string path)
    {
        var (low, high) = (0, _entries.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = string.CompareOrdinal(_entries[middle].Path, path) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}

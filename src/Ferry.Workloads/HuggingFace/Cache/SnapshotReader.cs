using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Cache;

/// <summary>Reads the files of one snapshot.</summary>
internal sealed class SnapshotReader(RepoReader repo, HubTree? tree)
{
    private readonly List<CachedFile> _files = [];

    public IReadOnlyList<CachedFile> Files
    {
        get
        {
            _files.Sort(static (one, other) => string.CompareOrdinal(one.Path.Text, other.Path.Text));
            return _files;
        }
    }

    /// <summary>Reads a directory and those below it.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="place">Its path in the repository's folder.</param>
    /// <param name="prefix">Its path in the snapshot, with a slash behind it unless it is the snapshot.</param>
    public void Read(DirectoryHandle directory, string place, string prefix)
    {
        foreach (var name in repo.Names(directory, place))
        {
            // Most names are links: asking for that first is the only question then.
            var target = directory.LinkOf(name);
            if (target is null && HubLayout.IsLitter(name))
            {
                continue;
            }

            if (!RepoPath.TryParse(prefix + name, out var path, out var reason))
            {
                repo.Tell($"{place}/{name}", $"cannot be a file of a repository: its path {reason}");
            }
            else if (target is not null)
            {
                if (repo.Follow(place, $"{place}/{name}", target, tree?.NameOf(path, null)) is { } blob)
                {
                    _files.Add(new CachedFile(path, blob));
                }
            }
            else if (directory.StatusOf(name) is { } status)
            {
                ReadOther(directory, place, name, path, status);
            }
        }
    }

    private void ReadOther(DirectoryHandle directory, string place, string name, RepoPath path, in FileStatus status)
    {
        switch (status.Kind)
        {
            case EntryKind.File:
                _files.Add(new CachedFile(path, repo.Own($"{place}/{name}", status, tree?.NameOf(path, status.Size))));
                break;
            case EntryKind.Directory:
                using (var inner = repo.TryOpen(directory, name, place + "/"))
                {
                    if (inner is not null)
                    {
                        Read(inner, $"{place}/{name}", path.Text + "/");
                    }
                }

                break;
            default:
                repo.Tell($"{place}/{name}", "is neither a file nor a link");
                break;
        }
    }
}

using System.Text;
using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Cache;

/// <summary>Reads one repository of a cache.</summary>
internal sealed class RepoReader(DirectoryHandle hub, DirectoryHandle folder, CacheLink link, RepoId id)
{
    // More than a commit, so that what follows one is seen.
    private const int MaxRefBytes = 64;

    private readonly Dictionary<BlobName, CachedBlob> _blobs = [];
    private readonly Dictionary<ContentId, CachedBlob> _byContent = [];
    private readonly List<IncompleteDownload> _incomplete = [];
    private readonly List<CachedRef> _refs = [];
    private readonly List<CacheProblem> _problems = [];

    public CachedRepo Read(CancellationToken cancellation)
    {
        ReadBlobs();
        ReadRefs();
        return new CachedRepo
        {
            Id = id,
            Revisions = ReadSnapshots(cancellation),
            Refs = _refs,
            Blobs = _blobs,
            Incomplete = _incomplete,
            Problems = _problems,
        };
    }

    private void ReadBlobs()
    {
        using var blobs = TryOpen(folder, HubLayout.Blobs, "");
        foreach (var name in Names(blobs, HubLayout.Blobs))
        {
            if (HubLayout.IsTemporary(name) || blobs!.StatusOf(name) is not { } status)
            {
                continue;
            }

            var place = $"{HubLayout.Blobs}/{name}";
            if (name.EndsWith(HubLayout.Incomplete, StringComparison.Ordinal))
            {
                _incomplete.Add(new IncompleteDownload($"{id.Folder}/{place}", status.Size));
            }
            else if (BlobName.TryParse(name, out var blob, out var reason))
            {
                ReadBlob(blobs, blob, status, place);
            }
            else
            {
                Tell(place, $"is no blob: its name {reason}");
            }
        }
    }

    private void ReadBlob(DirectoryHandle blobs, BlobName name, FileStatus status, string place)
    {
        switch (status.Kind)
        {
            case EntryKind.File:
                Add(Content(name, $"{id.Folder}/{place}", status));
                break;
            case EntryKind.Symlink when blobs.LinkOf(name.Hex) is { } target:
                var stored = link.Resolve($"{id.Folder}/{HubLayout.Blobs}", target);
                if (stored is null || !HubLayout.IsStored(stored))
                {
                    Tell(place, "is a link that does not lead to the store that repositories share");
                }
                else if (StatusOfStored(stored) is { } found)
                {
                    Add(Content(name, stored, found) with { Link = $"{id.Folder}/{place}" });
                }
                else
                {
                    Tell(place, $"is a link to {stored}, which is not there");
                }

                break;
            default:
                Tell(place, "is neither a file nor a link");
                break;
        }
    }

    private FileStatus? StatusOfStored(string stored)
    {
        var slash = stored.LastIndexOf('/');
        using var directory = TryOpen(hub, stored[..slash], "../");
        return directory?.StatusOf(stored[(slash + 1)..]) is { Kind: EntryKind.File } status ? status : null;
    }

    private void Add(CachedBlob blob)
    {
        _blobs[blob.Name!.Value] = blob;
        _byContent.TryAdd(blob.Content, blob);
    }

    private List<CachedRevision> ReadSnapshots(CancellationToken cancellation)
    {
        var revisions = new List<CachedRevision>();
        var commits = new HashSet<string>(StringComparer.Ordinal);
        using var snapshots = TryOpen(folder, HubLayout.Snapshots, "");
        foreach (var name in Names(snapshots, HubLayout.Snapshots))
        {
            cancellation.ThrowIfCancellationRequested();
            var place = $"{HubLayout.Snapshots}/{name}";
            if (!Revision.TryParse(name, out var commit, out var reason))
            {
                Tell(place, $"is no snapshot: its name {reason}");
            }
            else if (TryOpen(snapshots!, name, HubLayout.Snapshots + "/") is { } directory)
            {
                using (directory)
                {
                    commits.Add(name);
                    revisions.Add(ReadSnapshot(commit, directory, place));
                }
            }
        }

        foreach (var reference in _refs.Where(reference => !commits.Contains(reference.Commit.Hex)))
        {
            Tell($"{HubLayout.Refs}/{reference.Name}", $"leads to {reference.Commit}, which has no snapshot; clients refuse the repository for it");
        }

        revisions.Sort(static (one, other) => string.CompareOrdinal(one.Commit.Hex, other.Commit.Hex));
        return revisions;
    }

    private CachedRevision ReadSnapshot(Revision commit, DirectoryHandle directory, string place)
    {
        var tree = ReadTree(commit);
        var problems = _problems.Count;
        var snapshot = new SnapshotReader(this, tree);
        snapshot.Read(directory, place, "");
        return new CachedRevision
        {
            Commit = commit,
            Files = snapshot.Files,
            Refs = [.. _refs.Where(reference => reference.Commit == commit).Select(static reference => reference.Name)],
            Broken = _problems.Count - problems,
            IsComplete = tree is not null && _problems.Count == problems && tree.IsCoveredBy(snapshot.Files),
        };
    }

    private HubTree? ReadTree(Revision commit)
    {
        var name = commit.Hex + ".json";
        try
        {
            using var trees = folder.TryOpen(HubLayout.Trees);
            return trees?.TryReadFile(name, HubTree.MaxBytes) is { } json ? HubTree.TryRead(json) : null;
        }
        catch (LinuxException e)
        {
            Tell($"{HubLayout.Trees}/{name}", Errno.Describe(e.Errno));
            return null;
        }
    }

    private void ReadRefs()
    {
        using var refs = TryOpen(folder, HubLayout.Refs, "");
        ReadRefs(refs, "");
        _refs.Sort(static (one, other) => string.CompareOrdinal(one.Name.Name, other.Name.Name));
    }

    private void ReadRefs(DirectoryHandle? directory, string prefix)
    {
        foreach (var name in Names(directory, $"{HubLayout.Refs}/{prefix}"))
        {
            var place = $"{HubLayout.Refs}/{prefix}{name}";
            if (HubLayout.IsLitter(name) || HubLayout.IsTemporary(name) || directory!.StatusOf(name) is not { } status)
            {
                continue;
            }

            if (!RefName.TryParse(prefix + name, out var reference, out var reason))
            {
                Tell(place, $"is no ref: its name {reason}");
            }
            else if (status.Kind == EntryKind.Directory)
            {
                using var inner = TryOpen(directory, name, $"{HubLayout.Refs}/{prefix}");
                ReadRefs(inner, $"{prefix}{name}/");
            }
            else
            {
                ReadRef(directory, name, place, reference);
            }
        }
    }

    private void ReadRef(DirectoryHandle directory, string name, string place, RefName reference)
    {
        try
        {
            var text = directory.TryReadFile(name, MaxRefBytes) is { } bytes ? Encoding.UTF8.GetString(bytes) : "";
            if (Revision.TryParse(text, out var commit, out var reason))
            {
                _refs.Add(new CachedRef(reference, commit));
            }
            else
            {
                Tell(place, $"holds no commit: it {reason}");
            }
        }
        catch (LinuxException e)
        {
            Tell(place, e.Errno == Errno.ELOOP ? "is a link, which is not followed" : Errno.Describe(e.Errno));
        }
    }

    /// <summary>What a link of a snapshot leads to; null, and a problem, if that is nothing of this repository.</summary>
    public CachedBlob? Follow(string directory, string place, string target, BlobName? named)
    {
        var found = link.Resolve($"{id.Folder}/{directory}", target);
        if (found is null)
        {
            Tell(place, "is a link that leads out of the cache");
        }
        else if (HubLayout.IsStored(found))
        {
            if (StatusOfStored(found) is { } status)
            {
                return Content(named, found, status);
            }

            Tell(place, $"is a link to {found}, which is not there");
        }
        else if (!found.StartsWith($"{id.Folder}/{HubLayout.Blobs}/", StringComparison.Ordinal) || !BlobName.TryParse(found[(found.LastIndexOf('/') + 1)..], out var name, out _))
        {
            Tell(place, $"is a link to {HubCacheReader.Shown(found)}, which is no blob of its repository");
        }
        else if (_blobs.TryGetValue(name, out var blob))
        {
            return blob;
        }
        else
        {
            Tell(place, $"is a link to the blob {name}, which is not there");
        }

        return null;
    }

    /// <summary>The content of a file that lies in a snapshot: a further name of a blob, or a copy of one.</summary>
    public CachedBlob Own(string place, in FileStatus status, BlobName? named) =>
        _byContent.TryGetValue(new ContentId(status.Device, status.Inode), out var blob) ? blob : Content(named, $"{id.Folder}/{place}", status);

    /// <summary>Notes a problem; the path is relative to the repository.</summary>
    public void Tell(string place, string reason) => _problems.Add(new CacheProblem(HubCacheReader.Shown($"{id.Folder}/{place}"), reason));

    /// <summary>Opens a directory; null, and a problem unless it is not there, if that fails.</summary>
    public DirectoryHandle? TryOpen(DirectoryHandle parent, string name, string prefix)
    {
        try
        {
            return parent.TryOpen(name);
        }
        catch (LinuxException e)
        {
            Tell(prefix + name, e.Errno is Errno.ELOOP or Errno.ENOTDIR ? "is not a directory; a link to one is not followed" : Errno.Describe(e.Errno));
            return null;
        }
    }

    /// <summary>The names in a directory; none, where there is none.</summary>
    public IReadOnlyList<string> Names(DirectoryHandle? directory, string place)
    {
        if (directory is null)
        {
            return [];
        }

        var names = directory.List(out var unreadable);
        foreach (var name in unreadable)
        {
            Tell($"{place}/{name}", "has a name that is not UTF-8");
        }

        return names;
    }

    private static CachedBlob Content(BlobName? name, string path, in FileStatus status) => new()
    {
        Name = name,
        Path = path,
        Bytes = status.Size,
        Content = new ContentId(status.Device, status.Inode),
        Links = status.Links,
        Modified = status.Modified,
    };
}

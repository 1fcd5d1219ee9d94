using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Workloads.HuggingFace.Cache;

/// <summary>
/// Writes one repository of a cache: blobs, then the files of a snapshot, then its listing, then refs. In that order each state in between is one that clients load. Thread-safe, but for what one
/// <see cref="IncompleteBlob"/> is told.
/// </summary>
public sealed class RepoWriter
{
    private readonly DirectoryHandle _hub;
    private readonly RepoId _id;

    internal RepoWriter(DirectoryHandle hub, RepoId id) => (_hub, _id) = (hub, id);

    /// <summary>Whether a content is there, itself or in the store that repositories share, with as many bytes; they are not read.</summary>
    /// <exception cref="LinuxException">It cannot be asked for.</exception>
    public bool HasBlob(BlobName name, long bytes)
    {
        using var blobs = OpenBlobs();
        return blobs.StatusOf(name.Hex) switch
        {
            { Kind: EntryKind.File } status => status.Size == bytes,
            { Kind: EntryKind.Symlink } => HasStored(blobs, name, bytes),
            _ => false,
        };
    }

    /// <summary>Begins a content, or goes on with what an earlier download has left of it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="leftBefore">What was written to later is taken to be in somebody's hands; null to begin anew.</param>
    /// <exception cref="IOException">Something is in the way, or it cannot be made.</exception>
    public IncompleteBlob CreateBlob(BlobName name, Timestamp? leftBefore = null)
    {
        var blobs = OpenBlobs();
        try
        {
            switch (blobs.StatusOf(name.Hex)?.Kind)
            {
                case null or EntryKind.File:
                    break;
                case EntryKind.Symlink when StoredPlace(blobs, name) is null:
                    throw new IOException($"{blobs.Path}/{name}: is a link that does not lead to the store that repositories share; move it away");
                case not EntryKind.Symlink:
                    throw new IOException($"{blobs.Path}/{name}: is neither a file nor a link; move it away");
            }

            return IncompleteBlob.Create(blobs, name, leftBefore);
        }
        catch
        {
            blobs.Dispose();
            throw;
        }
    }

    /// <summary>Gives a content of another repository of the cache a name here, if it is what its name says.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="folder">The other repository's folder.</param>
    /// <param name="isRight">Reads it, and decides.</param>
    /// <returns>False if it is not there, is another one, or the file system has no second names.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public bool TryShareBlob(BlobName name, string folder, Func<SafeFileHandle, bool> isRight)
    {
        using var theirs = _hub.TryOpen($"{folder}/{HubLayout.Blobs}");
        using var file = theirs?.TryOpenFile(name.Hex);
        if (file is null || !isRight(file))
        {
            return false;
        }

        using var own = _hub.Ensure(_id.Folder);
        using var blobs = OpenBlobs();
        try
        {
            blobs.MakeHardLink(theirs!, name.Hex, name.Hex, aside: own);
            return true;
        }
        catch (LinuxException e) when (e.Errno is Errno.EXDEV or Errno.EPERM or Errno.EMLINK or Errno.EOPNOTSUPP or Errno.ENOENT)
        {
            return false;
        }
    }

    /// <summary>Removes parts of contents that are about to be downloaded anew.</summary>
    /// <param name="names">The contents.</param>
    /// <param name="leftBefore">What was written to later is taken to be in somebody's hands.</param>
    /// <exception cref="LinuxException">One cannot be removed.</exception>
    public void RemoveParts(IReadOnlySet<BlobName> names, Timestamp leftBefore)
    {
        using var blobs = OpenBlobs();
        foreach (var each in blobs.List(out _))
        {
            if (each.EndsWith(HubLayout.Incomplete, StringComparison.Ordinal) && BlobName.TryParse(each.Split('.')[0], out var name, out _) && names.Contains(name)
                && blobs.StatusOf(each) is { Kind: EntryKind.File } status && status.Modified < leftBefore)
            {
                blobs.Remove(each);
            }
        }
    }

    /// <summary>
    /// Gives a snapshot a file, whose content is there: a relative link as clients make them; where the file system has no links, a second name of the content, or a copy of it.
    /// </summary>
    /// <returns>How it was done.</returns>
    /// <exception cref="IOException">Something is in the way that is neither a link into the cache nor a file with this content, or it cannot be made.</exception>
    public SnapshotFileForm LinkFile(Revision commit, RepoPath path, BlobName blob)
    {
        var place = $"{_id.Folder}/{HubLayout.Snapshots}/{commit}{(path.Depth == 0 ? "" : "/" + path.Directory)}";
        using var directory = _hub.Ensure(place);
        var target = CacheLink.To($"{_id.Folder}/{HubLayout.Blobs}/{blob}", place);
        var former = directory.LinkOf(path.FileName);
        if (former == target)
        {
            return SnapshotFileForm.Link;
        }

        CheckPlace(directory, path.FileName, former, place);
        using var folder = _hub.Ensure(_id.Folder);
        return SnapshotFile.Make(directory, path.FileName, target, folder, blob);
    }

    /// <summary>Writes the listing of a commit, by which clients see that its snapshot is whole. Only for a manifest that says so.</summary>
    /// <exception cref="ArgumentException">The manifest is not that of the whole commit.</exception>
    /// <exception cref="LinuxException">It cannot be written.</exception>
    public void WriteTree(RepoManifest manifest)
    {
        if (!manifest.IsComplete)
        {
            throw new ArgumentException("clients would never fetch what is missing", nameof(manifest));
        }

        using var trees = _hub.Ensure($"{_id.Folder}/{HubLayout.Trees}");
        var name = manifest.Revision.Hex + ".json";
        // A client's own has more in it.
        if (trees.StatusOf(name) is null)
        {
            trees.WriteFile(name, HubTree.Write(manifest).Span);
        }
    }

    /// <summary>Makes a ref lead to a commit, whose snapshot must be there: clients refuse a repository with a ref that leads nowhere.</summary>
    /// <exception cref="IOException">The snapshot is not there, something is in the way, or it cannot be written.</exception>
    public void WriteRef(RefName name, Revision commit)
    {
        using (var snapshot = _hub.TryOpen($"{_id.Folder}/{HubLayout.Snapshots}/{commit}"))
        {
            if (snapshot is null)
            {
                throw new IOException($"{_hub.Path}/{_id.Folder}: no ref {name} without a snapshot of {commit}");
            }
        }

        var path = $"{HubLayout.Refs}/{name}";
        var slash = path.LastIndexOf('/');
        using var directory = _hub.Ensure($"{_id.Folder}/{path[..slash]}");
        // Clients take every file below refs for a ref, and refuse the repository for one that is half written.
        using var folder = _hub.Ensure(_id.Folder);
        directory.WriteFile(path[(slash + 1)..], System.Text.Encoding.ASCII.GetBytes(commit.Hex), aside: folder);
    }

    /// <summary>Gives contents their names, once the bytes of all of them are on storage.</summary>
    /// <param name="blobs">Names, and the temporary ones that <see cref="IncompleteBlob.Close"/> returned.</param>
    /// <exception cref="LinuxException">It cannot be done for one of them; those after it keep their temporary names.</exception>
    internal void Name(IReadOnlyList<(BlobName Name, string Temporary)> blobs)
    {
        Sync();
        using var directory = OpenBlobs();
        foreach (var (name, temporary) in blobs)
        {
            directory.Rename(temporary, name.Hex);
        }

        directory.Sync();
    }

    /// <summary>Waits until all that was written is on storage.</summary>
    /// <exception cref="LinuxException">It is not.</exception>
    public void Sync() => _hub.SyncFileSystem();

    private DirectoryHandle OpenBlobs() => _hub.Ensure($"{_id.Folder}/{HubLayout.Blobs}");

    private bool HasStored(DirectoryHandle blobs, BlobName name, long bytes)
    {
        if (StoredPlace(blobs, name) is not { } stored)
        {
            return false;
        }

        var slash = stored.LastIndexOf('/');
        using var directory = _hub.TryOpen(stored[..slash]);
        return directory?.StatusOf(stored[(slash + 1)..]) is { Kind: EntryKind.File } status && status.Size == bytes;
    }

    /// <summary>Where in the store a blob links to, relative to the cache; null if it does not.</summary>
    private string? StoredPlace(DirectoryHandle blobs, BlobName name) =>
        blobs.LinkOf(name.Hex) is { } target
        && new CacheLink(_hub.Path, _hub.RealPath).Resolve($"{_id.Folder}/{HubLayout.Blobs}", target) is { } stored
        && HubLayout.IsStored(stored) ? stored : null;

    /// <summary>A link into the cache is what clients make, and may be replaced; so may a file, which is a copy of some content of this path.</summary>
    private void CheckPlace(DirectoryHandle directory, string name, string? former, string place)
    {
        var shown = HubCacheWriter.Shown($"{directory.Path}/{name}");
        if (former is not null && new CacheLink(_hub.Path, _hub.RealPath).Resolve(place, former) is null)
        {
            throw new IOException($"{shown}: is a link that leads out of the cache; move it away");
        }

        switch (former is null ? directory.StatusOf(name)?.Kind : null)
        {
            case null or EntryKind.File:
                break;
            case EntryKind.Symlink:
                // Another pull made it right now.
                CheckPlace(directory, name, directory.LinkOf(name), place);
                break;
            default:
                throw new IOException($"{shown}: is neither a file nor a link; move it away");
        }
    }
}

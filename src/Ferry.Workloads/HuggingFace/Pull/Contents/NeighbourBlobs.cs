using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Pull.Contents;

/// <summary>Contents that other repositories of a cache have.</summary>
internal static class NeighbourBlobs
{
    /// <summary>Looks for contents by name and size; they are not read.</summary>
    /// <param name="cacheDirectory">The cache.</param>
    /// <param name="own">The repository that does not have them.</param>
    /// <param name="wanted">A file for each.</param>
    /// <returns>For each that was found, the folder of a repository.</returns>
    /// <exception cref="LinuxException">The cache cannot be read.</exception>
    public static IReadOnlyDictionary<BlobName, string> Find(string cacheDirectory, RepoId own, IReadOnlyList<ManifestFile> wanted)
    {
        var found = new Dictionary<BlobName, string>();
        var sizes = wanted.ToDictionary(static file => file.Blob, static file => file.Bytes);
        using var hub = DirectoryHandle.Open(cacheDirectory);
        foreach (var folder in hub.List(out _).Where(name => name != own.Folder && RepoId.TryParseFolder(name, out _, out _)))
        {
            using var blobs = TryOpen(hub, $"{folder}/{HubLayout.Blobs}");
            foreach (var each in blobs?.List(out _) ?? [])
            {
                if (BlobName.TryParse(each, out var name, out _) && sizes.TryGetValue(name, out var bytes)
                    && blobs!.StatusOf(each) is { Kind: EntryKind.File } status && status.Size == bytes)
                {
                    found.TryAdd(name, folder);
                }
            }
        }

        return found;
    }

    /// <summary>What cannot be read is nobody's neighbour.</summary>
    private static DirectoryHandle? TryOpen(DirectoryHandle hub, string place)
    {
        try
        {
            return hub.TryOpen(place);
        }
        catch (LinuxException)
        {
            return null;
        }
    }
}

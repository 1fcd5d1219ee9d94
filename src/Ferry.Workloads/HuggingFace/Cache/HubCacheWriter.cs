using System.Text;
using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Cache;

/// <summary>
/// Makes snapshots in a cache so that the hub's clients load them without the hub. All is opened beneath the cache without following a link, and what was not made by a
/// client or by Ferry is never replaced: a hostile name cannot reach anything else. Thread-safe.
/// </summary>
public sealed class HubCacheWriter : IDisposable
{
    private readonly DirectoryHandle _hub;

    private HubCacheWriter(DirectoryHandle hub) => _hub = hub;

    /// <summary>Opens a cache, and makes it if it does not exist.</summary>
    /// <param name="directory">Absolute path; links in it are followed.</param>
    /// <exception cref="IOException">It cannot be made or opened.</exception>
    public static HubCacheWriter Open(string directory)
    {
        Directory.CreateDirectory(directory);
        var hub = DirectoryHandle.Open(directory);
        try
        {
            if (hub.StatusOf(HubLayout.Tag) is null)
            {
                hub.WriteFile(HubLayout.Tag, HubLayout.TagText);
            }

            return new HubCacheWriter(hub);
        }
        catch
        {
            hub.Dispose();
            throw;
        }
    }

    /// <summary>Opens the folder of a repository, and makes what clients expect in it.</summary>
    /// <exception cref="LinuxException">There is a link or something else in the way, or it cannot be made.</exception>
    public RepoWriter OpenRepo(RepoId id)
    {
        foreach (var name in (string[])[HubLayout.Blobs, HubLayout.Refs, HubLayout.Snapshots])
        {
            _hub.Ensure($"{id.Folder}/{name}").Dispose();
        }

        return new RepoWriter(_hub, id);
    }

    /// <inheritdoc/>
    public void Dispose() => _hub.Dispose();

    internal static string Shown(string path) => PathText.Display(Encoding.UTF8.GetBytes(path));
}

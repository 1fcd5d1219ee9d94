using System.Text;
using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Cache;

namespace Ferry.Workloads.HuggingFace.Push.Blobs;

/// <summary>Opens contents of a cache, beneath it and through no link. Thread-safe.</summary>
internal sealed class LocalContents : IDisposable
{
    private readonly DirectoryHandle _hub;

    /// <summary>Opens the cache.</summary>
    /// <exception cref="LinuxException">It cannot be opened.</exception>
    public LocalContents(string directory) => _hub = DirectoryHandle.Open(directory);

    /// <summary>Opens a content.</summary>
    /// <exception cref="IOException">It is not there, is no file, or cannot be read.</exception>
    public LocalContent Open(CachedBlob blob)
    {
        var slash = blob.Path.LastIndexOf('/');
        var shown = PathText.Display(Encoding.UTF8.GetBytes(blob.Path));
        using var directory = _hub.TryOpen(blob.Path[..slash]);
        return directory?.TryOpenFile(blob.Path[(slash + 1)..]) is { } file
            ? new LocalContent(file, shown)
            : throw new LinuxException(Errno.ENOENT, "open", shown);
    }

    /// <summary>When a name of the cache was written; null if it is not there, or cannot be asked.</summary>
    public Timestamp? ModifiedOf(string path)
    {
        try
        {
            var slash = path.LastIndexOf('/');
            using var directory = _hub.TryOpen(path[..slash]);
            return directory?.StatusOf(path[(slash + 1)..])?.Modified;
        }
        catch (LinuxException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _hub.Dispose();
}

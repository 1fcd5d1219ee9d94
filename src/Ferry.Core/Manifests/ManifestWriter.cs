using Ferry.Core.Linux;

namespace Ferry.Core.Manifests;

/// <summary>
/// Writes a manifest while a tree is being copied. Until it is committed the file is called <c>NAME.partial-PID-RANDOM</c> and
/// serves as the journal: what a killed run had recorded there, the next run need not copy again.
/// </summary>
public sealed class ManifestWriter : IDisposable
{
    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly string _partialPath;
    private int _fd;
    private long _length;

    private ManifestWriter(string path, string partialPath, int fd, Timestamp created)
    {
        _path = path;
        _partialPath = partialPath;
        _fd = fd;
        Created = created;
    }

    /// <summary>What the file is called until it is committed.</summary>
    internal string PartialPath => _partialPath;

    /// <summary>When the file was made, by the clock of the file system that holds it.</summary>
    public Timestamp Created { get; }

    /// <summary>Begins a manifest that will be called <paramref name="path"/>.</summary>
    /// <exception cref="LinuxException">The file cannot be made.</exception>
    public static ManifestWriter Create(string path)
    {
        var partial = $"{path}{PartialManifest.Infix}{TemporaryName.Owner}-{Random.Shared.Next():x}";
        var fd = Kernel.OrThrow(
            Kernel.Open(Linux.Native.Fcntl.AT_FDCWD, PathText.ToTerminated(partial), Kernel.CreateFile, 0x180), "open", partial);
        Kernel.OrThrow(Kernel.StatusOf(fd, out var status), "statx", partial);
        var writer = new ManifestWriter(path, partial, fd, status.Changed);
        var header = new ByteBuffer();
        ManifestSegment.EncodeHeader(header);
        writer.Append(header.Written);
        return writer;
    }

    /// <summary>Appends a whole segment and tells where it lies. Thread-safe; survives a kill of this process once it returns.</summary>
    /// <exception cref="LinuxException">The file cannot be written.</exception>
    internal SegmentLocation Append(ReadOnlySpan<byte> segment)
    {
        lock (_lock)
        {
            Kernel.OrThrow(Kernel.WriteAt(_fd, segment, _length), "pwrite", _partialPath);
            var location = new SegmentLocation(_length, segment.Length);
            _length += segment.Length;
            return location;
        }
    }

    /// <summary>
    /// Adds index and footer, syncs the file and gives it its name. The data it speaks of must have been synced before.
    /// </summary>
    /// <exception cref="LinuxException">A step failed; the former manifest, if any, is untouched.</exception>
    internal void Commit(ManifestIndex index, in TreeTotals totals)
    {
        var encodedIndex = new ByteBuffer();
        index.Encode(encodedIndex);
        var footer = new ByteBuffer();
        ManifestFooter.Encode(footer, _length, encodedIndex.Written, totals);
        Append(encodedIndex.Written);
        Append(footer.Written);
        Kernel.OrThrow(Kernel.Sync(_fd), "fsync", _partialPath);
        CloseFile();
        AtomicFile.Rename(_partialPath, _path);
    }

    /// <summary>Closes the file. Not committed, it stays as the journal for the next run.</summary>
    public void Dispose()
    {
        if (_fd >= 0)
        {
            Kernel.Close(_fd);
            _fd = -1;
        }
    }

    private void CloseFile()
    {
        var result = Kernel.CloseWritten(_fd);
        _fd = -1;
        Kernel.OrThrow(result, "close", _partialPath);
    }
}

using System.Buffers.Binary;
using Ferry.Core.Linux;

namespace Ferry.Core.Manifests;

/// <summary>Totals of a manifest: what the staged tree holds.</summary>
/// <param name="Files">Regular files and symlinks.</param>
/// <param name="Bytes">Sum of the files' sizes.</param>
/// <param name="Directories">Directories with the root.</param>
public readonly record struct TreeTotals(long Files, long Bytes, long Directories);

/// <summary>An open, complete manifest. The index is in memory; entries are read from the file when asked for. Thread-safe.</summary>
public sealed class ManifestFile : IDisposable
{
    private readonly int _fd;

    private ManifestFile(int fd, string path, ManifestIndex index, TreeTotals totals)
    {
        _fd = fd;
        Path = path;
        Index = index;
        Totals = totals;
    }

    /// <summary>Where it was read from.</summary>
    public string Path { get; }

    /// <summary>What the tree holds.</summary>
    public TreeTotals Totals { get; }

    internal ManifestIndex Index { get; }

    /// <summary>Opens the manifest at <paramref name="path"/>; null when there is none.</summary>
    /// <exception cref="ManifestException">It is damaged or of another version.</exception>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    public static ManifestFile? Open(string path)
    {
        var fd = Kernel.Open(Linux.Native.Fcntl.AT_FDCWD, PathText.ToTerminated(path), Kernel.ReadFile);
        if (fd == -Errno.ENOENT)
        {
            return null;
        }

        Kernel.OrThrow(fd, "open", path);
        try
        {
            return Read(fd, path);
        }
        catch
        {
            Kernel.Close(fd);
            throw;
        }
    }

    /// <summary>Removes a manifest and the journals beside it: nothing of what they tell of is there any more.</summary>
    /// <exception cref="LinuxException">One is there and cannot be removed.</exception>
    public static void Remove(string path)
    {
        PartialManifest.RemoveAll(path);
        AtomicFile.Remove(path);
    }

    /// <inheritdoc/>
    public void Dispose() => Kernel.Close(_fd);

    /// <summary>Adds the entries of one directory, ascending by name, to <paramref name="entries"/>.</summary>
    internal void ReadEntries(int position, ByteBuffer entries)
    {
        foreach (var segment in Index[position].Segments)
        {
            ReadSegment(segment, entries);
        }
    }

    /// <summary>Adds the segment's bytes as they are, header and all, for copying into another manifest.</summary>
    internal void ReadRaw(SegmentLocation segment, ByteBuffer output) =>
        ReadExactly(_fd, output.Reserve(segment.Length), segment.Offset, Path);

    /// <summary>Adds the entries of one segment.</summary>
    internal void ReadSegment(SegmentLocation segment, ByteBuffer entries)
    {
        var start = entries.Length;
        ReadRaw(segment, entries);
        var payload = ManifestSegment.Check(entries.Written[start..], Path);
        var content = ManifestSegment.EntriesOf(payload, Path);
        content.CopyTo(entries.Written[start..]);
        entries.Truncate(start + content.Length);
    }

    private static ManifestFile Read(int fd, string path)
    {
        Kernel.OrThrow(Kernel.StatusOf(fd, out var status), "statx", path);
        if (status.Size < ManifestFormat.HeaderLength + ManifestFormat.FooterLength)
        {
            throw new ManifestException(path, "too short to be a manifest");
        }

        ManifestSegment.ReadHeader(fd, path);
        var footer = new byte[ManifestFormat.FooterLength];
        var footerOffset = status.Size - footer.Length;
        ReadExactly(fd, footer, footerOffset, path);
        var (indexOffset, indexLength, indexChecksum, totals) = ManifestFooter.Decode(footer, footerOffset, path);
        var index = new byte[indexLength];
        ReadExactly(fd, index, indexOffset, path);
        if (ManifestFormat.Checksum(index) != indexChecksum)
        {
            throw new ManifestException(path, "the index does not match its checksum");
        }

        return new ManifestFile(fd, path, ManifestIndex.Decode(index, indexOffset, path), totals);
    }

    private static void ReadExactly(int fd, Span<byte> buffer, long offset, string path)
    {
        while (!buffer.IsEmpty)
        {
            var length = (int)Kernel.ReadAt(fd, buffer, offset);
            if (length <= 0)
            {
                throw length == 0 ? new ManifestException(path, "cut short") : new LinuxException(-length, "pread", path);
            }

            buffer = buffer[length..];
            offset += length;
        }
    }
}

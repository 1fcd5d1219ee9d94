using System.Buffers.Binary;
using Ferry.Core.Linux;

namespace Ferry.Core.Manifests;

/// <summary>
/// What runs that did not finish had recorded: the entries of their partial manifests, by directory. Later records win. Entries
/// from another boot or node are marked unproven: the page cache that held their bytes may be gone.
/// </summary>
internal sealed class PartialManifest
{
    /// <summary>Between a manifest's name and the rest of a partial one's.</summary>
    public const string Infix = ".partial-";

    private readonly Dictionary<byte[], ByteBuffer> _entries = new(PathComparer.Instance);
    private readonly Dictionary<byte[], ByteBuffer> _intended = new(PathComparer.Instance);

    private readonly List<UnfinishedFile> _files = [];

    public bool IsEmpty => _entries.Count == 0;

    /// <summary>Large files that were begun, the latest last; they may have been finished since.</summary>
    public IReadOnlyList<UnfinishedFile> Files => _files;

    /// <summary>The directories of which there are records.</summary>
    public IEnumerable<byte[]> Paths => _entries.Keys;

    /// <summary>A run was begun and not finished, whether or not it had recorded anything.</summary>
    public bool WasFound { get; private set; }

    /// <summary>Reads all partial manifests beside <paramref name="manifestPath"/>; damaged ones up to where they are whole.</summary>
    public static PartialManifest Load(string manifestPath)
    {
        var partial = new PartialManifest();
        var committed = ModifiedOf(manifestPath);
        foreach (var path in Find(manifestPath))
        {
            partial.WasFound = true;
            // One that is older than the complete manifest was left by a kill right after that got its name: it knows nothing newer.
            if (committed is null || ModifiedOf(path) >= committed)
            {
                partial.Add(path);
            }
        }

        return partial;
    }

    /// <summary>
    /// Removes the partial manifests that <paramref name="current"/> takes the place of, but not those of <see cref="OwnersSince"/>. This
    /// process's own are older, also where the clock of the file system did not tick in between.
    /// </summary>
    public static void RemoveOlder(string manifestPath, ManifestWriter current)
    {
        var own = $"{manifestPath}{Infix}{TemporaryName.Owner}-";
        foreach (var path in Find(manifestPath))
        {
            if (ModifiedOf(path) < current.Created || (path.StartsWith(own, StringComparison.Ordinal) && path != current.PartialPath))
            {
                AtomicFile.Remove(path);
            }
        }
    }

    /// <summary>Removes all of them.</summary>
    public static void RemoveAll(string manifestPath) => Array.ForEach(Find(manifestPath), AtomicFile.Remove);

    /// <summary>
    /// Which other processes (<see cref="TemporaryName.Owner"/>) have recorded anything since <paramref name="started"/>: they are under way
    /// at the same time, as only happens without working locks.
    /// </summary>
    public static HashSet<string> OwnersSince(string manifestPath, Timestamp started)
    {
        var owners = new HashSet<string>();
        foreach (var path in Find(manifestPath))
        {
            var id = path[(manifestPath.Length + Infix.Length)..];
            if (ModifiedOf(path) >= started && id.LastIndexOf('-') is var end and > 0)
            {
                owners.Add(id[..end]);
            }
        }

        return owners;
    }

    /// <summary>Null when it is gone.</summary>
    private static Timestamp? ModifiedOf(string path) =>
        Kernel.StatusOf(Linux.Native.Fcntl.AT_FDCWD, PathText.ToTerminated(path), out var status) == 0 ? status.Modified : null;

    /// <summary>Entries recorded for a directory, ascending by name within each run of records; null when there are none.</summary>
    public ByteBuffer? EntriesOf(ReadOnlySpan<byte> directoryPath) =>
        _entries.Count == 0 ? null
        : _entries.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(directoryPath, out var entries) ? entries : null;

    /// <summary>What runs that did not finish were about to put in the place of recorded entries of a directory, or null.</summary>
    public ByteBuffer? IntendedOf(ReadOnlySpan<byte> directoryPath) =>
        _intended.Count == 0 ? null
        : _intended.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(directoryPath, out var entries) ? entries : null;

    private static string[] Find(string manifestPath)
    {
        var directory = Path.GetDirectoryName(manifestPath)!;
        if (!Directory.Exists(directory))
        {
            return [];
        }

        var found = Directory.GetFiles(directory, Path.GetFileName(manifestPath) + Infix + "*");
        // Asked once each: without working locks somebody may be writing to them.
        var times = Array.ConvertAll(found, static path => ModifiedOf(path) ?? default);
        Array.Sort(times, found);
        return found;
    }

    private void Add(string path)
    {
        var fd = Kernel.Open(Linux.Native.Fcntl.AT_FDCWD, PathText.ToTerminated(path), Kernel.ReadFile);
        if (fd < 0)
        {
            return;
        }

        try
        {
            var proven = ManifestSegment.ReadHeader(fd, path).AsSpan().SequenceEqual(BootId.Current);
            AddSegments(fd, path, proven);
        }
        catch (ManifestException)
        {
            // The kill came while a segment was being written: all before it is whole and has been taken.
        }
        finally
        {
            Kernel.Close(fd);
        }
    }

    private void AddSegments(int fd, string path, bool proven)
    {
        var header = new byte[ManifestFormat.SegmentHeaderLength];
        var files = new Dictionary<long, UnfinishedFile>();
        Kernel.OrThrow(Kernel.StatusOf(fd, out var status), "statx", path);
        long offset = ManifestFormat.HeaderLength;
        while (Kernel.OrThrow((int)Kernel.ReadAt(fd, header, offset), "pread", path) == header.Length && IsKnown(header))
        {
            var payloadLength = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(4));
            if (payloadLength < 0 || payloadLength > status.Size - offset - header.Length)
            {
                return;
            }

            var segment = new byte[header.Length + payloadLength];
            if (Kernel.OrThrow((int)Kernel.ReadAt(fd, segment, offset), "pread", path) != segment.Length)
            {
                return;
            }

            AddSegment(segment, offset, files, path, proven);
            offset += segment.Length;
        }
    }

    private static bool IsKnown(ReadOnlySpan<byte> header) =>
        header.StartsWith(ManifestFormat.SegmentMagic) || header.StartsWith(ManifestFormat.FileMagic) || header.StartsWith(ManifestFormat.RangeMagic);

    private void AddSegment(ReadOnlySpan<byte> segment, long offset, Dictionary<long, UnfinishedFile> files, string path, bool proven)
    {
        if (segment.StartsWith(ManifestFormat.RangeMagic))
        {
            RangeSegment.DecodeRanges(ManifestSegment.Check(segment, ManifestFormat.RangeMagic, path), files);
        }
        else if (!segment.StartsWith(ManifestFormat.FileMagic))
        {
            AddEntries(ManifestSegment.Check(segment, path), path, proven);
        }
        else if (RangeSegment.DecodeFile(ManifestSegment.Check(segment, ManifestFormat.FileMagic, path), path) is { } file)
        {
            files.Add(offset, file);
            _files.Add(file);
        }
    }

    private void AddEntries(ReadOnlySpan<byte> payload, string path, bool proven)
    {
        var directory = ManifestSegment.PathOf(payload, path);
        var entries = ManifestSegment.EntriesOf(payload, path);
        for (var offset = 0; offset < entries.Length;)
        {
            var entry = ManifestEntry.Read(entries, ref offset);
            if (!proven && (entry.Flags & EntryFlags.Pushed) != 0)
            {
                continue;
            }

            var buffer = BufferOf((entry.Flags & EntryFlags.Intended) != 0 ? _intended : _entries, directory);
            ManifestEntry.WriteFlagged(buffer, entry, proven ? EntryFlags.None : EntryFlags.Unproven, EntryFlags.Pushed);
        }
    }

    private static ByteBuffer BufferOf(Dictionary<byte[], ByteBuffer> buffers, ReadOnlySpan<byte> directory)
    {
        if (!buffers.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(directory, out var buffer))
        {
            buffers.Add(directory.ToArray(), buffer = new ByteBuffer());
        }

        return buffer;
    }
}

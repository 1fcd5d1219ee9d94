using System.Buffers.Binary;
using Ferry.Core.Linux;

namespace Ferry.Core.Manifests;

/// <summary>
/// The directories of a manifest, parents before children and siblings by name: small enough to be kept while the entries
/// stay in the file until a directory needs them.
/// </summary>
internal sealed class ManifestIndex
{
    // Fixed part of a directory: parent 4, name length 1, flags 1, permissions 2, uid 4, gid 4, times 8+4+8+4, segments 4.
    private const int FixedLength = 44;
    private const int SegmentLength = 12;
    private const byte GoneFlag = 1;
    private const byte UnsortedFlag = 2;

    private readonly ManifestDirectory[] _directories;

    public ManifestIndex(ManifestDirectory[] directories)
    {
        _directories = directories;
        for (var i = directories.Length - 1; i > 0; i--)
        {
            var parent = directories[directories[i].Parent];
            parent.FirstChild = i;
            parent.ChildCount++;
        }
    }

    public int Count => _directories.Length;

    public ManifestDirectory this[int position] => _directories[position];

    /// <summary>Position of the directory of that name below <paramref name="parent"/>, or -1.</summary>
    public int FindChild(int parent, ReadOnlySpan<byte> name)
    {
        var low = _directories[parent].FirstChild;
        var high = low + _directories[parent].ChildCount - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = NameOrder.Compare(name, _directories[middle].Name);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (low, middle - 1) : (middle + 1, high);
        }

        return -1;
    }

    /// <summary>The directory's path below the root.</summary>
    public PathBuffer WritePath(int position, PathBuffer path)
    {
        path.Clear();
        var chain = new Stack<byte[]>();
        for (var i = position; _directories[i].Parent >= 0; i = _directories[i].Parent)
        {
            chain.Push(_directories[i].Name);
        }

        foreach (var name in chain)
        {
            path.Append(name);
        }

        return path;
    }

    public void Encode(ByteBuffer output)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.Reserve(4), _directories.Length);
        foreach (var directory in _directories)
        {
            EncodeOne(output, directory);
        }
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; every number is checked, for the file may come from anywhere.</summary>
    /// <exception cref="ManifestException">The index is damaged.</exception>
    public static ManifestIndex Decode(ReadOnlySpan<byte> bytes, long segmentsEnd, string path)
    {
        try
        {
            var count = BinaryPrimitives.ReadInt32LittleEndian(bytes);
            bytes = bytes[4..];
            if (count < 1 || count > bytes.Length / FixedLength)
            {
                throw new ManifestException(path, "the index is damaged");
            }

            var directories = new ManifestDirectory[count];
            var room = segmentsEnd - ManifestFormat.HeaderLength;
            for (var i = 0; i < count; i++)
            {
                directories[i] = DecodeOne(ref bytes, i, segmentsEnd, path);
                RequireOrder(directories, i, path);
                room -= directories[i].Segments.Sum(static segment => (long)segment.Length);
            }

            // Segments that overlap could make a small file look like any amount of entries.
            if (room < 0 || !bytes.IsEmpty)
            {
                throw new ManifestException(path, "the index is damaged");
            }

            return new ManifestIndex(directories);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            throw new ManifestException(path, "the index is cut short");
        }
    }

    private static void EncodeOne(ByteBuffer output, ManifestDirectory directory)
    {
        var bytes = output.Reserve(FixedLength);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, directory.Parent);
        bytes[4] = (byte)directory.Name.Length;
        bytes[5] = (byte)((directory.IsGone ? GoneFlag : 0) | (directory.IsUnsorted ? UnsortedFlag : 0));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], directory.Permissions);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], directory.Uid);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], directory.Gid);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], directory.Modified.Seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], directory.Modified.Nanoseconds);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[28..], directory.Changed.Seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[36..], directory.Changed.Nanoseconds);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[40..], directory.Segments.Length);
        output.Append(directory.Name);
        foreach (var segment in directory.Segments)
        {
            bytes = output.Reserve(SegmentLength);
            BinaryPrimitives.WriteInt64LittleEndian(bytes, segment.Offset);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], segment.Length);
        }
    }

    private static ManifestDirectory DecodeOne(ref ReadOnlySpan<byte> bytes, int position, long segmentsEnd, string path)
    {
        var parent = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        var name = bytes.Slice(FixedLength, bytes[4]).ToArray();
        var segmentCount = BinaryPrimitives.ReadInt32LittleEndian(bytes[40..]);
        var segmentBytes = bytes[(FixedLength + name.Length)..];
        if (parent >= position || (position == 0) != (parent < 0) || !IsName(name, position == 0)
            || segmentCount < 0 || segmentCount > segmentBytes.Length / SegmentLength)
        {
            throw new ManifestException(path, $"directory {position} of the index is damaged");
        }

        var directory = new ManifestDirectory
        {
            Parent = parent,
            Name = name,
            IsGone = (bytes[5] & GoneFlag) != 0,
            IsUnsorted = (bytes[5] & UnsortedFlag) != 0,
            Permissions = BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]),
            Uid = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
            Gid = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]),
            Modified = new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..])),
            Changed = new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(bytes[28..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[36..])),
            Segments = DecodeSegments(segmentBytes, segmentCount, segmentsEnd, path),
        };
        bytes = segmentBytes[(segmentCount * SegmentLength)..];
        return directory;
    }

    /// <summary>Children must lie together and ascend by name, or the search among them would miss some.</summary>
    private static void RequireOrder(ManifestDirectory[] directories, int i, string path)
    {
        if (i < 2)
        {
            return;
        }

        var (before, current) = (directories[i - 1], directories[i]);
        if (current.Parent < before.Parent
            || (current.Parent == before.Parent && NameOrder.Compare(before.Name, current.Name) >= 0))
        {
            throw new ManifestException(path, $"directory {i} of the index is out of order");
        }
    }

    private static SegmentLocation[] DecodeSegments(ReadOnlySpan<byte> bytes, int count, long end, string path)
    {
        var segments = new SegmentLocation[count];
        for (var i = 0; i < count; i++)
        {
            var offset = BinaryPrimitives.ReadInt64LittleEndian(bytes[(i * SegmentLength)..]);
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[((i * SegmentLength) + 8)..]);
            if (offset < ManifestFormat.HeaderLength || length < ManifestFormat.SegmentHeaderLength || offset > end - length)
            {
                throw new ManifestException(path, "a segment lies outside of the file");
            }

            segments[i] = new SegmentLocation(offset, length);
        }

        return segments;
    }

    private static bool IsName(ReadOnlySpan<byte> name, bool isRoot) => isRoot ? name.IsEmpty : ManifestFormat.IsComponent(name);
}

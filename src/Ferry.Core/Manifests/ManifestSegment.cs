using System.Buffers.Binary;
using Ferry.Core.Linux;

namespace Ferry.Core.Manifests;

/// <summary>
/// The unit in which a manifest grows: magic 4, payload length 4, checksum of the payload 4, then the payload: path length 4, the
/// directory's path, entries. A manifest cut off at any point is still readable up to its last whole segment.
/// </summary>
internal static class ManifestSegment
{
    private const int PathLengthBytes = 4;

    /// <summary>Begins a segment in an empty buffer; entries are then written behind.</summary>
    public static void Begin(ByteBuffer output, ReadOnlySpan<byte> directoryPath)
    {
        output.Clear();
        output.Reserve(ManifestFormat.SegmentHeaderLength);
        BinaryPrimitives.WriteInt32LittleEndian(output.Reserve(PathLengthBytes), directoryPath.Length);
        output.Append(directoryPath);
    }

    /// <summary>Fills in length and checksum.</summary>
    public static void End(ByteBuffer output) => End(output, ManifestFormat.SegmentMagic);

    /// <summary>As <see cref="End(ByteBuffer)"/> for one of another kind.</summary>
    public static void End(ByteBuffer output, ReadOnlySpan<byte> magic)
    {
        var bytes = output.Written;
        var payload = bytes[ManifestFormat.SegmentHeaderLength..];
        magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], ManifestFormat.Checksum(payload));
    }

    /// <summary>The payload of a whole segment.</summary>
    /// <exception cref="ManifestException">The bytes are not a segment, or were changed.</exception>
    public static ReadOnlySpan<byte> Check(ReadOnlySpan<byte> segment, string path) => Check(segment, ManifestFormat.SegmentMagic, path);

    /// <summary>As <see cref="Check(ReadOnlySpan{byte}, string)"/> for one of another kind.</summary>
    public static ReadOnlySpan<byte> Check(ReadOnlySpan<byte> segment, ReadOnlySpan<byte> magic, string path)
    {
        var payload = segment[ManifestFormat.SegmentHeaderLength..];
        if (!segment.StartsWith(magic)
            || BinaryPrimitives.ReadInt32LittleEndian(segment[4..]) != payload.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(segment[8..]) != ManifestFormat.Checksum(payload))
        {
            throw new ManifestException(path, "a segment does not match its checksum");
        }

        return payload;
    }

    public static ReadOnlySpan<byte> PathOf(ReadOnlySpan<byte> payload, string path) =>
        payload.Slice(PathLengthBytes, PathLength(payload, path));

    public static ReadOnlySpan<byte> EntriesOf(ReadOnlySpan<byte> payload, string path) =>
        payload[(PathLengthBytes + PathLength(payload, path))..];

    public static void EncodeHeader(ByteBuffer output)
    {
        var header = output.Reserve(ManifestFormat.HeaderLength);
        header.Clear();
        ManifestFormat.HeaderMagic.CopyTo(header);
        header[ManifestFormat.HeaderMagic.Length] = ManifestFormat.Version;
        BootId.Current.CopyTo(header[^BootId.Length..]);
    }

    /// <summary>Checks the header; the boot on which the file was begun is returned.</summary>
    public static byte[] ReadHeader(int fd, string path)
    {
        var header = new byte[ManifestFormat.HeaderLength];
        // A file that cannot be read is not one that is no manifest: what it records must not be forgotten.
        if (Kernel.OrThrow((int)Kernel.ReadAt(fd, header, 0), "pread", path) != header.Length || !header.AsSpan().StartsWith(ManifestFormat.HeaderMagic))
        {
            throw new ManifestException(path, "not a manifest");
        }

        var version = header[ManifestFormat.HeaderMagic.Length];
        return version == ManifestFormat.Version
            ? header[^BootId.Length..]
            : throw new ManifestException(path, $"version {version} is not known to this ferry");
    }

    private static int PathLength(ReadOnlySpan<byte> payload, string path)
    {
        var length = payload.Length < PathLengthBytes ? -1 : BinaryPrimitives.ReadInt32LittleEndian(payload);
        return length >= 0 && length <= payload.Length - PathLengthBytes
            ? length
            : throw new ManifestException(path, "a segment is cut short");
    }
}

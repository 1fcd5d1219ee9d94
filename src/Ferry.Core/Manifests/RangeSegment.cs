using System.Buffers.Binary;
using Ferry.Core.Linux;

namespace Ferry.Core.Manifests;

/// <summary>
/// The two kinds of segments with which a journal tells how far a large file is: FILE when it is begun, RANG when ranges of it have arrived. The
/// latter name the former by its offset in the journal. No part of the manifest: the index never points to them.
/// </summary>
internal static class RangeSegment
{
    /// <summary>Length of a segment with one range.</summary>
    public const int OneRangeBytes = ManifestFormat.SegmentHeaderLength + OffsetBytes + UnfinishedFile.RangeRecordBytes;

    private const int OffsetBytes = 8;
    private const int RangeLengthBytes = 4;

    /// <summary>Encodes that a file is begun.</summary>
    /// <param name="output">Is overwritten.</param>
    /// <param name="directory">Path of its directory.</param>
    /// <param name="name">Its name.</param>
    /// <param name="source">The version of the source that is read.</param>
    /// <param name="rangeBytes">Length of its ranges, the last one perhaps excepted.</param>
    /// <param name="temporaryName">Its name in the target for now, terminated.</param>
    public static void EncodeFile(
        ByteBuffer output, ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name, in FileStatus source, int rangeBytes, ReadOnlySpan<byte> temporaryName)
    {
        ManifestSegment.Begin(output, directory);
        BinaryPrimitives.WriteInt32LittleEndian(output.Reserve(RangeLengthBytes), rangeBytes);
        ManifestEntry.Write(output, EntryFlags.Intended, name, source, new byte[Hashing.Digest.Size], default);
        output.Append(temporaryName[..^1]);
        ManifestSegment.End(output, ManifestFormat.FileMagic);
    }

    /// <summary>Encodes that ranges have arrived.</summary>
    /// <param name="output">Is overwritten.</param>
    /// <param name="file">Where the file's own segment is in the journal.</param>
    /// <param name="ranges">Records as in <see cref="UnfinishedFile.Ranges"/>.</param>
    public static void EncodeRanges(ByteBuffer output, long file, ReadOnlySpan<byte> ranges)
    {
        output.Clear();
        output.Reserve(ManifestFormat.SegmentHeaderLength);
        BinaryPrimitives.WriteInt64LittleEndian(output.Reserve(OffsetBytes), file);
        output.Append(ranges);
        ManifestSegment.End(output, ManifestFormat.RangeMagic);
    }

    /// <summary>The file that a payload tells of; null if what should be its temporary name cannot be one.</summary>
    /// <exception cref="ManifestException">The payload is damaged.</exception>
    public static UnfinishedFile? DecodeFile(ReadOnlySpan<byte> payload, string path)
    {
        var rest = ManifestSegment.EntriesOf(payload, path);
        if (rest.Length < RangeLengthBytes)
        {
            throw new ManifestException(path, "a segment is cut short");
        }

        var rangeBytes = BinaryPrimitives.ReadInt32LittleEndian(rest);
        rest = rest[RangeLengthBytes..];
        var end = 0;
        var entry = ManifestEntry.Read(rest, ref end);
        var name = rest[end..];
        return entry.Kind == EntryKind.File && ManifestFormat.IsComponent(name) && TemporaryName.IsTemporary(name) && name.Length < TemporaryName.MaxLength
            ? new UnfinishedFile(ManifestSegment.PathOf(payload, path).ToArray(), entry.Encoded.ToArray(), rangeBytes, PathText.Terminated(name))
            : null;
    }

    /// <summary>Adds the ranges of a payload to the file that it names, if that is known.</summary>
    public static void DecodeRanges(ReadOnlySpan<byte> payload, Dictionary<long, UnfinishedFile> files)
    {
        if (payload.Length >= OffsetBytes && (payload.Length - OffsetBytes) % UnfinishedFile.RangeRecordBytes == 0
            && files.TryGetValue(BinaryPrimitives.ReadInt64LittleEndian(payload), out var file))
        {
            file.Ranges.Append(payload[OffsetBytes..]);
        }
    }
}

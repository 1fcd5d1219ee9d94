using System.Buffers.Binary;

namespace Ferry.Core.Manifests;

/// <summary>
/// The last 64 bytes of a complete manifest: index offset 8, index length 8, files 8, bytes 8, directories 8, index checksum 4,
/// reserved 8, own checksum 4 (of the 52 bytes before it), magic 8.
/// </summary>
internal static class ManifestFooter
{
    private const int ChecksumOffset = 52;
    private const int MagicOffset = 56;

    public static void Encode(ByteBuffer output, long indexOffset, ReadOnlySpan<byte> index, in TreeTotals totals)
    {
        var bytes = output.Reserve(ManifestFormat.FooterLength);
        bytes.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(bytes, indexOffset);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], index.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], totals.Files);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], totals.Bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], totals.Directories);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[40..], ManifestFormat.Checksum(index));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[ChecksumOffset..], ManifestFormat.Checksum(bytes[..ChecksumOffset]));
        ManifestFormat.FooterMagic.CopyTo(bytes[MagicOffset..]);
    }

    public static (long IndexOffset, int IndexLength, uint IndexChecksum, TreeTotals Totals) Decode(
        ReadOnlySpan<byte> bytes, long footerOffset, string path)
    {
        if (!bytes[MagicOffset..].SequenceEqual(ManifestFormat.FooterMagic))
        {
            throw new ManifestException(path, "not complete");
        }

        if (ManifestFormat.Checksum(bytes[..ChecksumOffset]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumOffset..]))
        {
            throw new ManifestException(path, "the footer does not match its checksum");
        }

        var offset = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var length = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        if (offset < ManifestFormat.HeaderLength || length is < 4 or > int.MaxValue || offset != footerOffset - length)
        {
            throw new ManifestException(path, "the index is not where the footer says");
        }

        var totals = new TreeTotals(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]));
        return (offset, (int)length, BinaryPrimitives.ReadUInt32LittleEndian(bytes[40..]), totals);
    }
}

using System.Buffers.Binary;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;

namespace Ferry.Core.Manifests;

/// <summary>
/// A large file that a run had begun and not finished, as its journal tells: under which temporary name, from which version of the source, and
/// which ranges had arrived. Claims, to be proven by the bytes on the target before anybody relies on them.
/// </summary>
internal sealed class UnfinishedFile
{
    /// <summary>Bytes of one range in <see cref="Ranges"/>: its number and its chaining value.</summary>
    public const int RangeRecordBytes = 4 + Blake3Subtree.ChainSize;

    private readonly byte[] _entry;

    /// <param name="directory">Its directory's path below the root.</param>
    /// <param name="entry">Name and status in the source, encoded.</param>
    /// <param name="rangeBytes">Length of its ranges.</param>
    /// <param name="temporaryName">What it is called in the target's directory, terminated.</param>
    public UnfinishedFile(byte[] directory, byte[] entry, int rangeBytes, byte[] temporaryName) =>
        (Directory, _entry, RangeBytes, TemporaryName) = (directory, entry, rangeBytes, temporaryName);

    public byte[] Directory { get; }

    public int RangeBytes { get; }

    public byte[] TemporaryName { get; }

    /// <summary>The ranges that had arrived, in the order in which they did; a number may be wrong, or come again.</summary>
    public ByteBuffer Ranges { get; } = new();

    public int RangeCount => Ranges.Length / RangeRecordBytes;

    public ReadOnlySpan<byte> Name => Entry.Name;

    public long Size => Entry.Size;

    private ManifestEntry Entry
    {
        get
        {
            var offset = 0;
            return ManifestEntry.Read(_entry, ref offset);
        }
    }

    /// <summary>The number and the chaining value of a range, by its place in <see cref="Ranges"/>.</summary>
    public int RangeAt(int position, out ReadOnlySpan<byte> chain)
    {
        var record = Ranges.Written.Slice(position * RangeRecordBytes, RangeRecordBytes);
        chain = record[4..];
        return BinaryPrimitives.ReadInt32LittleEndian(record);
    }

    /// <summary>True when the source still is what the ranges were read from.</summary>
    public bool IsFrom(in FileStatus source)
    {
        var entry = Entry;
        return source.Kind == EntryKind.File && source.Size == entry.Size && source.Inode == entry.Inode
            && source.Modified == entry.Modified && source.Changed == entry.Changed;
    }
}

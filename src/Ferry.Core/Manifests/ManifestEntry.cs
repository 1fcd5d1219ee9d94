using System.Buffers.Binary;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;

namespace Ferry.Core.Manifests;

/// <summary>Facts about a manifest entry besides its status.</summary>
[Flags]
public enum EntryFlags : byte
{
    /// <summary>Nothing particular.</summary>
    None = 0,

    /// <summary>Lower two bits: the <see cref="EntryKind"/>.</summary>
    KindMask = 3,

    /// <summary>Modified so shortly before it was read that a later change could have left the same time: never trusted as unchanged.</summary>
    Racy = 4,

    /// <summary>The source no longer has it; it stays on the target until a sync with deletion.</summary>
    Gone = 8,

    /// <summary>The target's modification time differs from the source's on purpose and is recorded behind the entry.</summary>
    OwnTargetTime = 16,

    /// <summary>In memory only: recorded by a process on another boot or node, so the target's bytes are to be hashed before they are trusted.</summary>
    Unproven = 32,

    /// <summary>
    /// In partial manifests only: what a run was about to put in place. The digest is zeros. It tells what a killed run left from what a job
    /// changed or made.
    /// </summary>
    Intended = 64,

    /// <summary>
    /// In partial manifests only: brought to the source from the target. After a crash of the node nobody knows whether the source has it:
    /// of another boot the record counts for nothing.
    /// </summary>
    Pushed = 128,
}

/// <summary>
/// One file or symlink of a manifest, read in place from its encoded form: a fixed part of 52 bytes, little-endian, then
/// the name, then the digest (files) or the link's target, then the target's time where flagged.
/// </summary>
internal readonly ref struct ManifestEntry
{
    public const int FixedLength = 52;
    public const int TargetTimeLength = 12;

    private readonly ReadOnlySpan<byte> _bytes;

    private ManifestEntry(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public EntryFlags Flags => (EntryFlags)_bytes[0];

    public EntryKind Kind => (EntryKind)(_bytes[0] & (byte)EntryFlags.KindMask);

    public bool IsGone => (Flags & EntryFlags.Gone) != 0;

    public bool IsUnproven => (Flags & EntryFlags.Unproven) != 0;

    public bool IsRacy => (Flags & EntryFlags.Racy) != 0;

    public ushort Permissions => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[2..]);

    public uint Uid => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[4..]);

    public uint Gid => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[8..]);

    public long Size => BinaryPrimitives.ReadInt64LittleEndian(_bytes[16..]);

    public Timestamp Modified => new(
        BinaryPrimitives.ReadInt64LittleEndian(_bytes[24..]), BinaryPrimitives.ReadUInt32LittleEndian(_bytes[12..]));

    public Timestamp Changed => new(
        BinaryPrimitives.ReadInt64LittleEndian(_bytes[32..]), BinaryPrimitives.ReadUInt32LittleEndian(_bytes[48..]));

    public ulong Inode => BinaryPrimitives.ReadUInt64LittleEndian(_bytes[40..]);

    public ReadOnlySpan<byte> Name => _bytes.Slice(FixedLength, _bytes[1]);

    public Digest Digest => Digest.FromBytes(_bytes.Slice(FixedLength + _bytes[1], Digest.Size));

    public ReadOnlySpan<byte> LinkTarget => _bytes.Slice(FixedLength + _bytes[1], (int)Size);

    /// <summary>What the target's modification time should be.</summary>
    public Timestamp TargetModified
    {
        get
        {
            if ((Flags & EntryFlags.OwnTargetTime) == 0)
            {
                return Modified;
            }

            var stored = _bytes[^TargetTimeLength..];
            return new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(stored), BinaryPrimitives.ReadUInt32LittleEndian(stored[8..]));
        }
    }

    /// <summary>The encoded entry, to be copied as it is.</summary>
    public ReadOnlySpan<byte> Encoded => _bytes;

    /// <summary>Reads the entry at <paramref name="offset"/>, which lies within the entries, and moves the offset behind it.</summary>
    /// <exception cref="ManifestException">The bytes are not an entry.</exception>
    public static ManifestEntry Read(ReadOnlySpan<byte> entries, scoped ref int offset)
    {
        var rest = entries[offset..];
        var length = rest.Length < FixedLength ? long.MaxValue : EncodedLength(new ManifestEntry(rest));
        if (length > rest.Length)
        {
            throw new ManifestException("manifest", "an entry is cut short");
        }

        var entry = new ManifestEntry(rest[..(int)length]);
        if (!ManifestFormat.IsComponent(entry.Name))
        {
            throw new ManifestException("manifest", "an entry's name is not a name");
        }

        offset += (int)length;
        return entry;
    }

    /// <summary>Appends an entry to <paramref name="output"/>.</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="flags">Flags without the kind, which comes from the status.</param>
    /// <param name="name">At most 255 bytes.</param>
    /// <param name="status">The source's status as it was when the entry was read.</param>
    /// <param name="content">Digest (32 bytes) of a file; target of a symlink, as long as the status' size says.</param>
    /// <param name="targetModified">Written when <see cref="EntryFlags.OwnTargetTime"/> is set.</param>
    public static void Write(
        ByteBuffer output, EntryFlags flags, ReadOnlySpan<byte> name, in FileStatus status, ReadOnlySpan<byte> content, Timestamp targetModified)
    {
        var fixedPart = output.Reserve(FixedLength);
        fixedPart[0] = (byte)(((byte)flags & ~(byte)EntryFlags.KindMask) | (byte)status.Kind);
        fixedPart[1] = (byte)name.Length;
        BinaryPrimitives.WriteUInt16LittleEndian(fixedPart[2..], status.Permissions);
        BinaryPrimitives.WriteUInt32LittleEndian(fixedPart[4..], status.Uid);
        BinaryPrimitives.WriteUInt32LittleEndian(fixedPart[8..], status.Gid);
        BinaryPrimitives.WriteUInt32LittleEndian(fixedPart[12..], status.Modified.Nanoseconds);
        BinaryPrimitives.WriteInt64LittleEndian(fixedPart[16..], status.Kind == EntryKind.Symlink ? content.Length : status.Size);
        BinaryPrimitives.WriteInt64LittleEndian(fixedPart[24..], status.Modified.Seconds);
        BinaryPrimitives.WriteInt64LittleEndian(fixedPart[32..], status.Changed.Seconds);
        BinaryPrimitives.WriteUInt64LittleEndian(fixedPart[40..], status.Inode);
        BinaryPrimitives.WriteUInt32LittleEndian(fixedPart[48..], status.Changed.Nanoseconds);
        output.Append(name);
        output.Append(content);
        if ((flags & EntryFlags.OwnTargetTime) != 0)
        {
            WriteTargetTime(output, targetModified);
        }
    }

    /// <summary>Appends a copy of <paramref name="entry"/> with other flags; its kind and parts stay.</summary>
    public static void WriteFlagged(ByteBuffer output, in ManifestEntry entry, EntryFlags add, EntryFlags remove)
    {
        var start = output.Length;
        output.Append(entry.Encoded);
        output.Written[start] = (byte)((entry.Flags | add) & ~remove);
    }

    /// <summary>Appends a copy of <paramref name="entry"/> for a target that has the same contents with another time.</summary>
    public static void WriteWithTargetTime(ByteBuffer output, in ManifestEntry entry, EntryFlags add, Timestamp targetModified)
    {
        var start = output.Length;
        output.Append((entry.Flags & EntryFlags.OwnTargetTime) != 0 ? entry.Encoded[..^TargetTimeLength] : entry.Encoded);
        output.Written[start] = (byte)((entry.Flags | add | EntryFlags.OwnTargetTime) & ~EntryFlags.Unproven);
        WriteTargetTime(output, targetModified);
    }

    private static void WriteTargetTime(ByteBuffer output, Timestamp time)
    {
        var stored = output.Reserve(TargetTimeLength);
        BinaryPrimitives.WriteInt64LittleEndian(stored, time.Seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(stored[8..], time.Nanoseconds);
    }

    private static long EncodedLength(in ManifestEntry entry)
    {
        var content = entry.Kind switch
        {
            EntryKind.File => Digest.Size,
            // A symlink's target is shorter than PATH_MAX; anything else is damage.
            EntryKind.Symlink when entry.Size is >= 0 and < 65536 => entry.Size,
            _ => long.MaxValue / 2,
        };
        return FixedLength + entry._bytes[1] + content + ((entry.Flags & EntryFlags.OwnTargetTime) != 0 ? TargetTimeLength : 0);
    }
}

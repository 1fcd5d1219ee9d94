using System.Buffers.Binary;
using Ferry.Core.Linux;

namespace Ferry.Core.Walking;

/// <summary>Reads the names of an open directory through getdents64(2). Reusable, not thread-safe.</summary>
internal sealed class DirectoryReader
{
    // struct linux_dirent64: inode (8), offset (8), record length (2), type (1), name.
    private const int RecordLengthOffset = 16;
    private const int TypeOffset = 18;
    private const int NameOffset = 19;
    private const byte TypeUnknown = 0;
    private const byte TypeDirectory = 4;

    private readonly byte[] _records = new byte[64 * 1024];
    private byte[] _names = new byte[16 * 1024];
    private (int Offset, ushort Length)[] _entries = new (int, ushort)[512];
    private int _namesLength;

    /// <summary>Number of names found by the last <see cref="Read"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Decides whether a name takes part; the last argument tells whether it is known to be a directory.</summary>
    public delegate bool NameFilter(ReadOnlySpan<byte> name, bool isDirectory);

    /// <summary>Reads all names but "." and "..". 0, or the negative error number.</summary>
    public int Read(int fd, NameFilter? accepts)
    {
        Count = 0;
        _namesLength = 0;
        while (true)
        {
            var length = (int)Kernel.ReadEntries(fd, _records);
            if (length <= 0)
            {
                return length;
            }

            Parse(_records.AsSpan(0, length), accepts);
        }
    }

    /// <summary>The names, each with a NUL behind it, and entries that point to them, without status.</summary>
    public (byte[] Names, TreeEntry[] Entries) ToListing()
    {
        var entries = new TreeEntry[Count];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i].NameOffset = _entries[i].Offset;
            entries[i].NameLength = _entries[i].Length;
        }

        return (_names.AsSpan(0, _namesLength).ToArray(), entries);
    }

    private void Parse(ReadOnlySpan<byte> records, NameFilter? accepts)
    {
        while (!records.IsEmpty)
        {
            var recordLength = BinaryPrimitives.ReadUInt16LittleEndian(records[RecordLengthOffset..]);
            var name = records[NameOffset..recordLength];
            name = name[..name.IndexOf((byte)0)];
            var type = records[TypeOffset];
            // A file system that does not tell types (DT_UNKNOWN) is asked again by status; the filter then sees a file.
            if (!IsDots(name) && (accepts is null || accepts(name, type == TypeDirectory && type != TypeUnknown)))
            {
                Add(name);
            }

            records = records[recordLength..];
        }
    }

    private static bool IsDots(ReadOnlySpan<byte> name) =>
        name[0] == (byte)'.' && (name.Length == 1 || (name.Length == 2 && name[1] == (byte)'.'));

    private void Add(ReadOnlySpan<byte> name)
    {
        if (_namesLength + name.Length + 1 > _names.Length)
        {
            Array.Resize(ref _names, Math.Max(_names.Length * 2, _namesLength + name.Length + 1));
        }

        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, _entries.Length * 2);
        }

        _entries[Count++] = (_namesLength, (ushort)name.Length);
        name.CopyTo(_names.AsSpan(_namesLength));
        _namesLength += name.Length;
        _names[_namesLength++] = 0;
    }
}

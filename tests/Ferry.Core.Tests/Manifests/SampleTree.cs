using System.Text;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Tests.Copying;

namespace Ferry.Core.Tests.Manifests;

/// <summary>Random trees as manifests hold them, and what was put in for comparison.</summary>
internal sealed class SampleTree
{
    private readonly Random _random;
    private readonly List<Folder> _folders = [];

    public SampleTree(int seed, int directories, int entriesPerDirectory)
    {
        _random = new Random(seed);
        for (var i = 0; i < directories; i++)
        {
            var parent = i == 0 ? null : _folders[_random.Next(_folders.Count)];
            var name = i == 0 ? [] : NewName(i);
            var folder = new Folder(parent, name, Path: parent is null ? "" : Join(parent.Path, name));
            parent?.Children.Add(folder);
            _folders.Add(folder);
            foreach (var entry in NewNames(_random.Next(entriesPerDirectory + 1))) folder.Entries.Add(NewEntry(entry));
        }
    }

    /// <summary>All entries as lines of text: equal exactly if the trees are.</summary>
    public string[] Lines => [.. _folders.SelectMany(static folder => folder.Entries.Select(entry => $"{folder.Path}: {Convert.ToHexString(entry)}")).Order(StringComparer.Ordinal)];

    public int Directories => _folders.Count;

    /// <summary>Writes a manifest; committed, or as the journal of an unfinished run.</summary>
    public void Write(string path, bool commit)
    {
        using var writer = ManifestWriter.Create(path);
        var nodes = new Dictionary<Folder, ManifestIndexBuilder.Node>();
        foreach (var folder in _folders)
        {
            var segments = WriteSegments(writer, folder);
            nodes[folder] = new ManifestIndexBuilder.Node(folder.Name, parent => new ManifestDirectory
            {
                Parent = parent, Name = folder.Name, Permissions = 0x1ED, Uid = 5, Gid = 6,
                Modified = new Timestamp(-7, 8), Changed = new Timestamp(9, 10), Segments = segments,
            });
            if (folder.Parent is { } parentFolder) nodes[parentFolder].Children.Add(nodes[folder]);
        }

        if (commit) writer.Commit(ManifestIndexBuilder.Build(nodes[_folders[0]]), new TreeTotals(1, 2, _folders.Count));
    }

    /// <summary>Everything that an open manifest says, in the form of <see cref="Lines"/>.</summary>
    public static string[] Read(ManifestFile manifest)
    {
        var lines = new List<string>();
        for (var i = 0; i < manifest.Index.Count; i++)
        {
            var path = Encoding.Latin1.GetString(manifest.Index.WritePath(i, new PathBuffer()).Path);
            var entries = new ByteBuffer();
            manifest.ReadEntries(i, entries);
            lines.AddRange(Entries(entries).Select(entry => $"{path}: {Convert.ToHexString(entry)}"));
        }

        return [.. lines.Order(StringComparer.Ordinal)];
    }

    /// <summary>The entries of a journal, in the form of <see cref="Lines"/>; those of an unwritten directory are missing.</summary>
    public string[] Read(PartialManifest partial) => [.. _folders
        .Select(static folder => folder.Path).Distinct()
        .SelectMany(path => Entries(partial.EntriesOf(Encoding.Latin1.GetBytes(path)) ?? new ByteBuffer()).Select(entry => $"{path}: {Convert.ToHexString(entry)}"))
        .Order(StringComparer.Ordinal)];

    public static List<byte[]> Entries(ByteBuffer buffer)
    {
        var entries = new List<byte[]>();
        for (var offset = 0; offset < buffer.Length;) entries.Add(ManifestEntry.Read(buffer.Written, ref offset).Encoded.ToArray());
        return entries;
    }

    private static SegmentLocation[] WriteSegments(ManifestWriter writer, Folder folder)
    {
        // In two segments, as a large directory's.
        var half = folder.Entries.Count / 2;
        return [.. new[] { folder.Entries[..half], folder.Entries[half..] }.Where(static part => part.Count > 0).Select(part =>
        {
            var segment = new ByteBuffer();
            ManifestSegment.Begin(segment, Encoding.Latin1.GetBytes(folder.Path));
            part.ForEach(entry => segment.Append(entry));
            ManifestSegment.End(segment);
            return writer.Append(segment.Written);
        })];
    }

    private byte[] NewEntry(byte[] name)
    {
        var buffer = new ByteBuffer();
        var isLink = _random.Next(4) == 0;
        var content = new byte[isLink ? _random.Next(1, 300) : Digest.Size];
        _random.NextBytes(content);
        var status = Status.Of(
            isLink ? EntryKind.Symlink : EntryKind.File, _random.NextInt64(), new Timestamp(_random.NextInt64(), (uint)_random.Next(1_000_000_000)),
            new Timestamp(-_random.NextInt64(), (uint)_random.Next(1_000_000_000)), (ulong)_random.NextInt64(), _random.Next(4096));
        var flags = (_random.Next(2) == 0 ? EntryFlags.Racy : 0) | (_random.Next(2) == 0 ? EntryFlags.OwnTargetTime : 0);
        ManifestEntry.Write(buffer, flags, name, status, content, new Timestamp(_random.NextInt64(), 5));
        return buffer.Written.ToArray();
    }

    private IEnumerable<byte[]> NewNames(int count) =>
        Enumerable.Range(0, count).Select(NewName).Order(Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b)));

    private byte[] NewName(int number)
    {
        var name = new byte[_random.Next(1, 30)];
        _random.NextBytes(name);
        for (var i = 0; i < name.Length; i++)
            if (name[i] is 0 or (byte)'/') name[i] = 0xff;
        return [.. name, .. Encoding.ASCII.GetBytes($"{number}")];
    }

    private static string Join(string path, byte[] name) => path.Length == 0 ? Encoding.Latin1.GetString(name) : $"{path}/{Encoding.Latin1.GetString(name)}";

    private sealed record Folder(Folder? Parent, byte[] Name, string Path)
    {
        public List<Folder> Children { get; } = [];

        public List<byte[]> Entries { get; } = [];
    }
}

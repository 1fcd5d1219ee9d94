using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Tests.Copying;

namespace Ferry.Core.Tests.Manifests.Sums;

/// <summary>Writes the tree manifest of given files, as a mirror of them would.</summary>
internal static class TreeManifest
{
    public static ManifestFile Of(string manifestPath, IEnumerable<NamedContent> files)
    {
        var root = new Folder([]);
        foreach (var file in files) root.Add(file.Path, file);
        using (var writer = ManifestWriter.Create(manifestPath))
        {
            var node = root.Write(writer, []);
            writer.Commit(ManifestIndexBuilder.Build(node), default);
        }

        return ManifestFile.Open(manifestPath)!;
    }

    /// <summary>What sorting all paths at once would give.</summary>
    public static string[] Lines(IEnumerable<NamedContent> files) =>
        [.. files.Where(static file => !file.IsGone && !file.IsLink).OrderBy(static file => file.Path, PathOrder)
            .Select(static file => $"{Convert.ToHexString(file.Path)} {file.Content.Length} {Blake3.Hash(file.Content).ToHex()}")];

    public static IComparer<byte[]> PathOrder { get; } = Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b));

    private sealed class Folder(byte[] name)
    {
        private readonly SortedDictionary<byte[], NamedContent> _files = new(PathOrder);
        private readonly SortedDictionary<byte[], Folder> _folders = new(PathOrder);

        public void Add(ReadOnlySpan<byte> path, NamedContent file)
        {
            var slash = path.IndexOf((byte)'/');
            if (slash < 0)
            {
                _files[path.ToArray()] = file;
                return;
            }

            var first = path[..slash].ToArray();
            if (!_folders.TryGetValue(first, out var folder)) _folders[first] = folder = new Folder(first);
            folder.Add(path[(slash + 1)..], file);
        }

        public ManifestIndexBuilder.Node Write(ManifestWriter writer, byte[] path)
        {
            var segments = new List<SegmentLocation>();
            var gone = _files.Where(static pair => pair.Value.IsGone).ToArray();
            // Short segments, so that small trees have many; what is gone comes last, as after a sync.
            foreach (var part in _files.Where(static pair => !pair.Value.IsGone).Chunk(3).Append(gone).Where(static part => part.Length > 0))
                segments.Add(WriteSegment(writer, path, part));
            var node = new ManifestIndexBuilder.Node(name, parent => new ManifestDirectory
            {
                Parent = parent, Name = name, Permissions = 0x1ED, Segments = [.. segments], IsUnsorted = gone.Length > 0,
            });
            foreach (var folder in _folders.Values) node.Children.Add(folder.Write(writer, PathText.Join(path, folder.Name)));
            return node;
        }

        private byte[] Name => name;

        private static SegmentLocation WriteSegment(ManifestWriter writer, byte[] path, KeyValuePair<byte[], NamedContent>[] files)
        {
            var segment = new ByteBuffer();
            ManifestSegment.Begin(segment, path);
            foreach (var (fileName, file) in files)
            {
                var digest = new byte[Digest.Size];
                (file.Digest ?? Blake3.Hash(file.Content)).CopyTo(digest);
                ManifestEntry.Write(
                    segment, file.IsGone ? EntryFlags.Gone : EntryFlags.None, fileName,
                    Status.Of(file.IsLink ? EntryKind.Symlink : EntryKind.File, file.Content.Length), file.IsLink ? file.Content : digest, default);
            }

            ManifestSegment.End(segment);
            return writer.Append(segment.Written);
        }
    }
}

/// <summary>A file of a tree; or a link, whose content is its target.</summary>
internal sealed record NamedContent(byte[] Path, byte[] Content, bool IsGone = false, bool IsLink = false, Digest? Digest = null);

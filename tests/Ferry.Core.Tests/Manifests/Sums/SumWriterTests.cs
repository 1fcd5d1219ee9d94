using System.Text;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Manifests.Sums;
using Ferry.Testing;

namespace Ferry.Core.Tests.Manifests.Sums;

public sealed class SumWriterTests : IDisposable
{
    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Files_come_in_the_order_of_their_full_paths()
    {
        string[] paths = ["a!", "a-b/x", "a.b", "a/b", "a/b.c/d", "a/b!", "a0", "a/z", "b", "a.b.c/y", "a-/q", "a-.r", "!"];
        using var manifest = TreeManifest.Of(_tree["manifest"], paths.Where(static path => path != "a/b").Select(static path => new NamedContent(Encoding.UTF8.GetBytes(path), [])));
        Assert.Equal(paths.Where(static path => path != "a/b").Order(StringComparer.Ordinal), Entries(manifest).Select(static line => Encoding.UTF8.GetString(Convert.FromHexString(line.Split(' ')[0]))));
    }

    [Fact]
    public void Any_tree_is_enumerated_as_sorting_all_its_paths_would_have_it()
    {
        for (var seed = 0; seed < LongRun.Count(150, 5_000); seed++)
        {
            var files = RandomTree(new Random(seed));
            using var manifest = TreeManifest.Of(_tree["manifest"], files);
            Assert.Equal(TreeManifest.Lines(files), Entries(manifest));
        }
    }

    [Fact]
    public void Links_are_enumerated_where_asked_for()
    {
        using var manifest = TreeManifest.Of(_tree["manifest"], [new("a"u8.ToArray(), "x"u8.ToArray()), new("l"u8.ToArray(), "target"u8.ToArray(), IsLink: true)]);
        Assert.Single(Entries(manifest));
        var entries = new SortedEntries(manifest, withSymlinks: true);
        Assert.True(entries.MoveNext() && entries.MoveNext());
        Assert.Equal((EntryKind.Symlink, 6L, "target"), (entries.Kind, entries.Size, Encoding.UTF8.GetString(entries.LinkTarget)));
        Assert.False(entries.MoveNext());
    }

    [Fact]
    public void What_is_written_is_read_again_and_its_totals_are_told()
    {
        var files = RandomTree(new Random(7), count: 3_000);
        using var manifest = TreeManifest.Of(_tree["manifest"], files);
        var output = new MemoryStream();
        var totals = SumWriter.Write(manifest, output);
        var text = output.ToArray();
        var read = SumFile.Read(new MemoryStream(text), "text");
        var entries = new SortedEntries(manifest);
        for (var i = 0; i < read.Count; i++)
        {
            Assert.True(entries.MoveNext());
            Assert.True(entries.Path.SequenceEqual(read.PathOf(i)));
            Assert.Equal((entries.Digest, i + 1), (read.DigestOf(i), read.LineOf(i)));
        }

        Assert.False(entries.MoveNext());
        var kept = files.Where(static file => !file.IsGone && !file.IsLink).ToArray();
        Assert.Equal(new SumTotals(kept.Length, kept.Sum(static file => (long)file.Content.Length), text.Length, Blake3.Hash(text)), totals);
    }

    [Fact]
    public void A_bag_has_a_prefix_and_three_characters_encoded_and_refuses_what_is_not_utf8()
    {
        using var manifest = TreeManifest.Of(_tree["manifest"], [new("50% é\r\n\\"u8.ToArray(), []), new("a/%0A"u8.ToArray(), [])]);
        var output = new MemoryStream();
        SumWriter.Write(manifest, output, new SumOptions { Prefix = "data/", Format = SumFormat.Bag });
        var hex = Blake3.Hash([]).ToHex();
        Assert.Equal($"{hex}  data/50%25 é%0D%0A\\\n{hex}  data/a/%250A\n", Encoding.UTF8.GetString(output.ToArray()));
        using var foreign = TreeManifest.Of(_tree["foreign"], [new("caf\xe9"u8[..3].ToArray(), []), new([0xe9], [])]);
        Assert.Contains("\\xe9 is not UTF-8", Assert.Throws<SumFileException>(() => SumWriter.Write(foreign, output, new SumOptions { Format = SumFormat.Bag })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_replaced_whole_and_stays_as_it_was_when_writing_fails()
    {
        using var manifest = TreeManifest.Of(_tree["manifest"], [new("a"u8.ToArray(), [])]);
        _tree.Write("out/SUMS", "old");
        _tree.Symlink("out/link", "SUMS");
        using var foreign = TreeManifest.Of(_tree["foreign"], [new([0xe9], [])]);
        Assert.Throws<SumFileException>(() => SumWriter.WriteFile(foreign, _tree["out/SUMS"], new SumOptions { Format = SumFormat.Bag }));
        Assert.Equal("old", _tree.ReadText("out/SUMS"));
        SumWriter.WriteFile(manifest, _tree["out/link"]);
        Assert.Equal($"{Blake3.Hash([]).ToHex()}  a\n", _tree.ReadText("out/SUMS"));
        Assert.Equal("SUMS", File.ResolveLinkTarget(_tree["out/link"], false)?.Name);
        Assert.Equal(["out/SUMS", "out/link"], _tree.Files("").Where(static path => path.StartsWith("out/", StringComparison.Ordinal)));
        Assert.Contains(_tree["nowhere/SUMS"], Assert.Throws<LinuxException>(() => SumWriter.WriteFile(manifest, _tree["nowhere/SUMS"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_is_written_to_and_stays_one()
    {
        using var manifest = TreeManifest.Of(_tree["manifest"], [new("a"u8.ToArray(), [])]);
        _tree.Fifo("pipe");
        var reader = Task.Run(() => Tool.Run("cat", [_tree["pipe"]]).Stdout);
        SumWriter.WriteFile(manifest, _tree["pipe"]);
        Assert.Equal($"{Blake3.Hash([]).ToHex()}  a\n", Encoding.UTF8.GetString(await reader));
        Assert.Equal(EntryKind.Other, PathFacts.Of(_tree["pipe"])?.Kind);
    }

    [Fact]
    public void An_empty_tree_has_an_empty_manifest()
    {
        using var manifest = TreeManifest.Of(_tree["manifest"], []);
        Assert.Equal(new SumTotals(0, 0, 0, Blake3.Hash([])), SumWriter.Write(manifest, new MemoryStream()));
    }

    private static List<NamedContent> RandomTree(Random random, int count = 60)
    {
        var files = new List<NamedContent>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        string[] names = ["a", "a.", "a!", "a-", "a0", "aa", "a.b", "b", "é", "~"];
        for (var i = 0; i < count; i++)
        {
            // The last component tells files from directories.
            var directories = Enumerable.Range(0, random.Next(4)).Select(_ => names[random.Next(names.Length)]);
            var path = string.Join('/', directories.Append($"{names[random.Next(names.Length)]}{(random.Next(2) == 0 ? "" : ".")}{random.Next(count)}f"));
            if (taken.Add(path)) files.Add(new NamedContent(Encoding.UTF8.GetBytes(path), new byte[random.Next(40)], random.Next(6) == 0, random.Next(6) == 0));
        }

        return files;
    }

    private static List<string> Entries(ManifestFile manifest)
    {
        var lines = new List<string>();
        for (var entries = new SortedEntries(manifest); entries.MoveNext();)
            lines.Add($"{Convert.ToHexString(entries.Path)} {entries.Size} {entries.Digest.ToHex()}");
        return lines;
    }
}

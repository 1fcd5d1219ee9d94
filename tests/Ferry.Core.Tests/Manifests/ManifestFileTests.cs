using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Testing;

namespace Ferry.Core.Tests.Manifests;

/// <summary>Manifests come back as they were written; of damaged ones nothing is believed that was not written.</summary>
public sealed class ManifestFileTests : IDisposable
{
    private readonly TempTree _tree = new();

    private string Path => _tree["manifest"];

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void A_tree_comes_back_as_it_was_written()
    {
        for (var seed = 0; seed < LongRun.Count(40, 1_000); seed++)
        {
            var sample = new SampleTree(seed, directories: 1 + (seed % 30), entriesPerDirectory: seed % 15);
            sample.Write(Path, commit: true);
            using var manifest = ManifestFile.Open(Path)!;
            Assert.Equal(sample.Lines, SampleTree.Read(manifest));
            Assert.Equal(new TreeTotals(1, 2, sample.Directories), manifest.Totals);
            Assert.Equal((new Timestamp(-7, 8), new Timestamp(9, 10)), (manifest.Index[0].Modified, manifest.Index[0].Changed));
        }
    }

    [Fact]
    public void Every_directory_is_found_by_its_name_and_no_other_is()
    {
        new SampleTree(3, directories: 200, entriesPerDirectory: 0).Write(Path, commit: true);
        using var manifest = ManifestFile.Open(Path)!;
        for (var i = 1; i < manifest.Index.Count; i++)
        {
            Assert.Equal(i, manifest.Index.FindChild(manifest.Index[i].Parent, manifest.Index[i].Name));
            Assert.Equal(-1, manifest.Index.FindChild(manifest.Index[i].Parent, [.. manifest.Index[i].Name, 1]));
            Assert.Equal(-1, manifest.Index.FindChild(i, manifest.Index[i].Name));
        }
    }

    [Fact]
    public void A_flipped_bit_is_found_or_changes_nothing()
    {
        var sample = new SampleTree(11, directories: 5, entriesPerDirectory: 6);
        sample.Write(Path, commit: true);
        var bytes = File.ReadAllBytes(Path);
        var refused = 0;
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            refused += ReadOrRefuse(damaged, sample) ? 0 : 1;
        }

        // Only the boot's identity and what is reserved may change unseen.
        Assert.True(refused > bytes.Length * 8 * 9 / 10, $"{refused} of {bytes.Length * 8}");
    }

    [Fact]
    public void A_manifest_cut_anywhere_is_refused()
    {
        var sample = new SampleTree(12, directories: 5, entriesPerDirectory: 6);
        sample.Write(Path, commit: true);
        var bytes = File.ReadAllBytes(Path);
        for (var length = 0; length < bytes.Length; length++)
            Assert.False(ReadOrRefuse(bytes[..length], sample), $"{length} of {bytes.Length} bytes were read");
        Assert.True(ReadOrRefuse(bytes, sample));
        Assert.False(ReadOrRefuse([.. bytes, 0], sample));
    }

    [Fact]
    public void Garbage_is_refused()
    {
        var random = new Random(1);
        var sample = new SampleTree(1, 1, 0);
        for (var i = 0; i < LongRun.Count(2_000, 100_000); i++)
        {
            var garbage = new byte[random.Next(400)];
            random.NextBytes(garbage);
            if (random.Next(2) == 0) "FERRYTREE\u0001"u8[..Math.Min(10, garbage.Length)].CopyTo(garbage);
            if (random.Next(2) == 0 && garbage.Length >= 8) "FERRYEND"u8.CopyTo(garbage.AsSpan(garbage.Length - 8));
            Assert.False(ReadOrRefuse(garbage, sample));
        }
    }

    [Fact]
    public void Bytes_changed_at_random_are_found()
    {
        var sample = new SampleTree(13, directories: 12, entriesPerDirectory: 8);
        sample.Write(Path, commit: true);
        var bytes = File.ReadAllBytes(Path);
        var random = new Random(2);
        for (var i = 0; i < LongRun.Count(1_000, 50_000); i++)
        {
            var damaged = (byte[])bytes.Clone();
            for (var change = random.Next(1, 20); change > 0; change--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            ReadOrRefuse(damaged, sample);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(255)]
    public void Another_version_is_refused_by_its_number(byte version)
    {
        new SampleTree(1, 2, 2).Write(Path, commit: true);
        var bytes = File.ReadAllBytes(Path);
        bytes[9] = version;
        File.WriteAllBytes(Path, bytes);
        Assert.Contains($"version {version} is not known", Assert.Throws<ManifestException>(() => ManifestFile.Open(Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_manifest_is_null_and_a_link_or_a_pipe_is_not_read()
    {
        Assert.Null(ManifestFile.Open(Path));
        _tree.Fifo("pipe");
        Assert.Throws<ManifestException>(() => ManifestFile.Open(_tree["pipe"]));
        new SampleTree(1, 2, 2).Write(Path, commit: true);
        _tree.Symlink("link", "manifest");
        Assert.Throws<LinuxException>(() => ManifestFile.Open(_tree["link"]));
    }

    [Fact]
    public void A_journal_cut_anywhere_is_read_to_its_last_whole_segment()
    {
        var sample = new SampleTree(14, directories: 4, entriesPerDirectory: 5);
        sample.Write(Path, commit: false);
        var journal = Assert.Single(Directory.GetFiles(_tree.Path, "manifest.partial-*"));
        var bytes = File.ReadAllBytes(journal);
        var before = 0;
        for (var length = 0; length <= bytes.Length; length++)
        {
            File.WriteAllBytes(journal, bytes[..length]);
            var found = sample.Read(PartialManifest.Load(Path));
            Assert.Subset(sample.Lines.ToHashSet(), found.ToHashSet());
            Assert.True(found.Length >= before, "a longer journal says no less");
            before = found.Length;
        }

        Assert.Equal(sample.Lines, sample.Read(PartialManifest.Load(Path)));
    }

    [Fact]
    public void A_flipped_bit_of_a_journal_loses_records_and_makes_up_none()
    {
        var sample = new SampleTree(15, directories: 3, entriesPerDirectory: 4);
        sample.Write(Path, commit: false);
        var journal = Assert.Single(Directory.GetFiles(_tree.Path, "manifest.partial-*"));
        var bytes = File.ReadAllBytes(journal);
        // Behind the header, whose last bytes only tell whose page cache it was.
        for (var bit = ManifestFormat.HeaderLength * 8; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(journal, bytes);
            Assert.Subset(sample.Lines.ToHashSet(), sample.Read(PartialManifest.Load(Path)).ToHashSet());
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void The_records_of_another_boot_are_marked_as_unproven()
    {
        var sample = new SampleTree(17, directories: 1, entriesPerDirectory: 20);
        sample.Write(Path, commit: false);
        var journal = Assert.Single(Directory.GetFiles(_tree.Path, "manifest.partial-*"));
        var bytes = File.ReadAllBytes(journal);
        bytes[ManifestFormat.HeaderLength - 1] ^= 1;
        File.WriteAllBytes(journal, bytes);
        var entries = SampleTree.Entries(PartialManifest.Load(Path).EntriesOf(""u8)!);
        Assert.NotEmpty(entries);
        Assert.All(entries, entry => Assert.True(((EntryFlags)entry[0] & EntryFlags.Unproven) != 0));
    }

    /// <summary>False when the bytes are refused; what is read without being refused must be what was written.</summary>
    private bool ReadOrRefuse(byte[] bytes, SampleTree sample)
    {
        File.WriteAllBytes(Path, bytes);
        string[] read;
        try
        {
            using var manifest = ManifestFile.Open(Path);
            read = SampleTree.Read(manifest!);
        }
        catch (ManifestException)
        {
            return false;
        }

        Assert.Equal(sample.Lines, read);
        return true;
    }
}

using System.Text.RegularExpressions;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Testing;

namespace Ferry.Core.Tests.Manifests;

/// <summary>docs/formats/manifest.md shows a manifest byte for byte: it is one.</summary>
public sealed partial class ManifestDocumentTests
{
    private static readonly byte[] s_bytes = Convert.FromHexString(string.Concat(
        DumpLine().Matches(File.ReadAllText(Repository.File("docs", "formats", "manifest.md")))
            .Select(match => match.Groups[1].Value.Replace(" ", "", StringComparison.Ordinal))));

    [Fact]
    public void The_documented_bytes_are_a_manifest() => WithManifest(s_bytes, manifest =>
    {
        Assert.Equal(new TreeTotals(Files: 3, Bytes: 12, Directories: 2), manifest!.Totals);
        Assert.Equal([-1, 0], new[] { manifest.Index[0].Parent, manifest.Index[1].Parent });
        Assert.Equal("sub"u8, manifest.Index[1].Name);
        Assert.Equal(["hello.txt 6 1067 8e4c7c1b", "link 9 1068 hello.txt"], Describe(manifest, 0));
        Assert.Equal(["again 6 1067 8e4c7c1b"], Describe(manifest, 1));
    });

    [Fact]
    public void No_byte_of_it_can_change_unnoticed_but_those_that_nobody_checks()
    {
        // The header's zeros and boot are not checked; everything else is magic, version, or below a checksum.
        for (var i = 0; i < s_bytes.Length; i++)
        {
            var damaged = s_bytes.ToArray();
            damaged[i] ^= 0x10;
            Assert.True(IsRefused(damaged) == i is < 10 or >= 32, $"byte {i}");
        }
    }

    private static bool IsRefused(byte[] bytes)
    {
        try
        {
            WithManifest(bytes, static manifest =>
            {
                Describe(manifest!, 0);
                Describe(manifest!, 1);
            });
            return false;
        }
        catch (ManifestException)
        {
            return true;
        }
    }

    private static void WithManifest(byte[] bytes, Action<ManifestFile?> use)
    {
        using var tree = new TempTree();
        File.WriteAllBytes(tree["manifest"], bytes);
        using var manifest = ManifestFile.Open(tree["manifest"]);
        use(manifest);
    }

    private static List<string> Describe(ManifestFile manifest, int position)
    {
        var entries = new ByteBuffer();
        manifest.ReadEntries(position, entries);
        var lines = new List<string>();
        for (var offset = 0; offset < entries.Length;)
        {
            var entry = ManifestEntry.Read(entries.Written, ref offset);
            var content = entry.Kind == EntryKind.File ? entry.Digest.ToString()["blake3:".Length..][..8] : PathText.Display(entry.LinkTarget);
            lines.Add($"{PathText.Display(entry.Name)} {entry.Size} {entry.Inode} {content}");
        }

        return lines;
    }

    [GeneratedRegex("^[0-9a-f]{8}: ((?:[0-9a-f]{2,4} ?)+) ", RegexOptions.Multiline)]
    private static partial Regex DumpLine();
}

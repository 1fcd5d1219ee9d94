using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests.Sums;

namespace Ferry.Core.Manifests.Bags;

/// <summary>
/// Writes the tag files of a BagIt 1.0 bag (RFC 8493) with SHA-256, which every implementation reads. The payload below <c>data/</c> comes
/// first, <c>bagit.txt</c> last: without it a directory is no bag, so that what was not finished cannot pass for one.
/// </summary>
public static class BagWriter
{
    /// <summary>The directory of the payload.</summary>
    public const string PayloadDirectory = "data";

    private const string ManifestName = "manifest-sha256.txt";
    private const string TagManifestName = "tagmanifest-sha256.txt";

    /// <summary>Why no bag can have a payload file of this path, half a sentence; null if it can.</summary>
    public static string? WhyRefused(ReadOnlySpan<byte> path) => BagPath.WhyRefused(path);

    /// <summary>
    /// To be called before the payload is touched: a bag that was there is none any more until <see cref="Finish"/>. Fails if tag files are there
    /// that Ferry did not write and that the new payload would belie.
    /// </summary>
    /// <param name="directory">The bag, absolute. It exists, and may be empty.</param>
    /// <exception cref="SumFileException">There are such files.</exception>
    /// <exception cref="LinuxException">A step failed.</exception>
    public static void Begin(string directory)
    {
        using var bag = BagDirectory.Open(directory);
        foreach (var (name, _) in (IEnumerable<(string, string)>)[.. bag.Manifests("manifest-"), .. bag.Manifests("tagmanifest-")])
        {
            if (name is not (ManifestName or TagManifestName))
            {
                throw new SumFileException(bag.Display(name), 0, "belongs to a bag of another program, which Ferry does not change: choose an empty directory");
            }
        }

        if (bag.Check("fetch.txt"u8, EntryKind.File) == 0)
        {
            throw new SumFileException(bag.Display("fetch.txt"), 0, "names files that are not there, which Ferry does not write: choose an empty directory");
        }

        AtomicFile.Remove(Path.Join(directory, BagDeclaration.Name));
    }

    /// <summary>Writes all tag files. The payload is on storage already, synced.</summary>
    /// <param name="directory">The bag, absolute, with the payload in <c>data/</c>.</param>
    /// <param name="payload">The tree manifest of <c>data/</c>, with SHA-256 digests.</param>
    /// <param name="options">What the bag says of how it was made.</param>
    /// <returns>The totals of <c>manifest-sha256.txt</c>; the digest is the SHA-256 of its text.</returns>
    /// <exception cref="SumFileException">A name is not UTF-8.</exception>
    /// <exception cref="ManifestException">The tree manifest is damaged.</exception>
    /// <exception cref="LinuxException">A step failed; the directory is no bag.</exception>
    public static SumTotals Finish(string directory, ManifestFile payload, BagOptions options)
    {
        var format = new SumOptions { Prefix = PayloadDirectory + "/", Format = SumFormat.Bag, TextAlgorithm = DigestAlgorithm.Sha256 };
        SumTotals totals;
        using (var manifest = AtomicStream.Create(Path.Join(directory, ManifestName)))
        {
            totals = SumWriter.Write(payload, manifest, format);
            manifest.Commit();
        }

        var info = BagInfo.Write(options, new PayloadOxum(totals.Bytes, totals.Files));
        Write(directory, BagInfo.Name, info);
        var tags = $"{Sha256Of(info)}  {BagInfo.Name}\n{Sha256Of(BagDeclaration.Contents)}  {BagDeclaration.Name}\n{totals.Digest.ToHex()}  {ManifestName}\n";
        Write(directory, TagManifestName, System.Text.Encoding.ASCII.GetBytes(tags));
        Write(directory, BagDeclaration.Name, BagDeclaration.Contents);
        return totals;
    }

    private static void Write(string directory, string name, ReadOnlySpan<byte> contents)
    {
        using var file = AtomicStream.Create(Path.Join(directory, name));
        file.Write(contents);
        file.Commit();
    }

    private static string Sha256Of(ReadOnlySpan<byte> contents)
    {
        var hasher = IContentHasher.Create(DigestAlgorithm.Sha256);
        hasher.Append(contents);
        return hasher.Finish().ToHex();
    }
}

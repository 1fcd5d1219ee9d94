using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests.Bags;
using Ferry.Core.Manifests.Sums;

namespace Ferry.Workloads.Mirror;

/// <summary>The manifest that a tree is compared with.</summary>
internal sealed class FoundManifest
{
    private FoundManifest(string path, SumFile sums, DigestAlgorithm algorithm, bool isGuess)
    {
        Path = path;
        Sums = sums;
        Algorithm = algorithm;
        IsGuess = isGuess;
    }

    /// <summary>Where it is, or <c>-</c>.</summary>
    public string Path { get; }

    public SumFile Sums { get; }

    public DigestAlgorithm Algorithm { get; }

    /// <summary>Nothing said which algorithm it is.</summary>
    public bool IsGuess { get; }

    /// <summary>Finds the manifest that the options name, or that lies in the target or else in the source, and reads it.</summary>
    /// <exception cref="IOException">There is none, or it cannot be read.</exception>
    public static FoundManifest Read(MirrorOptions options, MirrorPlaces? places, Func<Stream> input)
    {
        if (options.Manifest == ManifestName.Stream)
        {
            return From(ManifestName.Stream, SumFile.Read(input(), "standard input"), options.Algorithm);
        }

        var path = options.Manifest ?? InTrees(options, places);
        return From(path, SumFile.ReadFile(path), options.Algorithm);
    }

    /// <summary>Reads the manifest that was just written.</summary>
    public static FoundManifest Read(string path, MirrorManifest written) =>
        From(path, written.Files == 0 ? SumFile.Empty : SumFile.ReadFile(path), written.Algorithm);

    /// <summary>The payload's manifest of a bag; null if the bag has none that can be used.</summary>
    public static FoundManifest? Of(BagContents bag, string directory) => bag.Payload is { } sums
        ? new FoundManifest(System.IO.Path.Join(directory, $"manifest-{bag.Algorithm.ToString().ToLowerInvariant()}.txt"), sums, bag.Algorithm, isGuess: false)
        : null;

    /// <summary>The digest of its text; null if it came from a pipe.</summary>
    /// <exception cref="IOException">It cannot be read any more.</exception>
    public Digest? DigestOfText()
    {
        if (Path == ManifestName.Stream)
        {
            return null;
        }

        return DigestOf(Path);
    }

    /// <summary>The BLAKE3 digest of a manifest's text.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Digest DigestOf(string path)
    {
        using var file = File.OpenRead(path);
        var hasher = new Blake3();
        var buffer = new byte[256 * 1024];
        for (int length; (length = file.Read(buffer)) > 0;)
        {
            hasher.Append(buffer.AsSpan(0, length));
        }

        return hasher.Finish();
    }

    private static FoundManifest From(string path, SumFile sums, DigestAlgorithm? asked)
    {
        if (asked is { } wanted && sums.Algorithm is { } stated && wanted != stated)
        {
            throw new IOException($"{path}: its lines say {stated}, not {wanted}; leave out --algo");
        }

        var known = asked ?? sums.Algorithm ?? ManifestName.Guess(path);
        return new FoundManifest(path, sums, known ?? DigestAlgorithm.Blake3, isGuess: known is null);
    }

    private static string InTrees(MirrorOptions options, MirrorPlaces? places)
    {
        DigestAlgorithm[] algorithms = options.Algorithm is { } asked ? [asked] : [DigestAlgorithm.Blake3, DigestAlgorithm.Sha256];
        TreeRoot?[] roots = [places?.Target, places?.Source];
        string[] trees = [.. roots.OfType<TreeRoot>().Select(static root => root.Path)];
        foreach (var tree in trees)
        {
            foreach (var algorithm in algorithms)
            {
                var path = System.IO.Path.Join(tree, ManifestName.Of(algorithm));
                if (File.Exists(path))
                {
                    return path;
                }
            }
        }

        throw new IOException(
            $"there is no {string.Join(" or ", algorithms.Select(ManifestName.Of))} in {string.Join(" or ", trees)}; name one with --manifest, or make one with --step make-manifest");
    }
}

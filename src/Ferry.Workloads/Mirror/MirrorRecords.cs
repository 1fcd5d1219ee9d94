using System.Text;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;

namespace Ferry.Workloads.Mirror;

/// <summary>
/// Where a mirror keeps what it need not do again: tree manifests with digests (docs/formats/manifest.md), one for each pair of trees, and one for each tree that
/// is only hashed. They may be deleted at any time.
/// </summary>
internal sealed class MirrorRecords
{
    private readonly string _directory;
    private readonly string _suffix;

    public MirrorRecords(string directory, DigestAlgorithm algorithm)
    {
        _directory = directory;
        _suffix = algorithm == DigestAlgorithm.Sha256 ? "sha256" : "blake3";
    }

    /// <summary>The record of a copy.</summary>
    public string OfPair(string source, string target) => PathFor("copy", $"{source}\0{target}");

    /// <summary>The record of a tree that is hashed.</summary>
    public string OfTree(string root) => PathFor("tree", root);

    /// <summary>A manifest that went to a pipe, to verify the target with.</summary>
    public string StreamedManifest(string target) => PathFor("sums", target);

    /// <summary>The lock that keeps two runs, of whichever algorithm, from working on one target.</summary>
    public static string LockOf(string directory, string target) => Path.Join(directory, $"lock-{IdOf(target)}");

    private string PathFor(string kind, string identity) => Path.Join(_directory, $"{kind}-{IdOf(identity)}.{_suffix}");

    private static string IdOf(string identity) => Blake3.Hash(Encoding.UTF8.GetBytes(identity)).ToHex()[..24];
}

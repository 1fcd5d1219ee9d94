using Ferry.Core.Hashing;

namespace Ferry.Workloads.Mirror;

/// <summary>What manifests are called.</summary>
internal static class ManifestName
{
    /// <summary>Stands for a pipe.</summary>
    public const string Stream = "-";

    // A manifest of what arrived must not be taken for one of everything.
    private const string IncompleteSuffix = ".incomplete";

    /// <summary>The name in a tree.</summary>
    public static string Of(DigestAlgorithm algorithm) => algorithm == DigestAlgorithm.Sha256 ? "SHA256SUMS" : "BLAKE3SUMS";

    /// <summary>The name, or path, of one that lacks what could not be read.</summary>
    public static string OfIncomplete(string complete) => complete + IncompleteSuffix;

    /// <summary>What a manifest of any other name holds, as far as that tells; null if it does not.</summary>
    public static DigestAlgorithm? Guess(string path)
    {
        var name = Path.GetFileName(path);
        return name.Contains("sha256", StringComparison.OrdinalIgnoreCase) ? DigestAlgorithm.Sha256
            : name.Contains("blake3", StringComparison.OrdinalIgnoreCase) || name.Contains("b3", StringComparison.OrdinalIgnoreCase) ? DigestAlgorithm.Blake3
            : null;
    }
}

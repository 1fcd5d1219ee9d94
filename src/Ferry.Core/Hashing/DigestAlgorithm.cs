namespace Ferry.Core.Hashing;

/// <summary>How contents are named. Both kinds of digest have 32 bytes.</summary>
public enum DigestAlgorithm
{
    /// <summary>BLAKE3-256, as <c>b3sum</c> prints it: hashed in parallel, also within a file.</summary>
    Blake3,

    /// <summary>SHA-256, as <c>sha256sum</c> prints it (FIPS 180-4).</summary>
    Sha256,
}

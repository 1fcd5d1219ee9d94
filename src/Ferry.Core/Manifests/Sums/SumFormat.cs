using Ferry.Core.Hashing;

namespace Ferry.Core.Manifests.Sums;

/// <summary>How a manifest as text has its paths.</summary>
public enum SumFormat
{
    /// <summary>As <c>sha256sum</c> and <c>b3sum</c> write them: <see cref="SumLine"/>.</summary>
    Plain,

    /// <summary>As BagIt 1.0 has them: UTF-8, with CR, LF and % as %0D, %0A and %25.</summary>
    Bag,
}

/// <summary>How <see cref="SumWriter"/> writes.</summary>
public sealed class SumOptions
{
    /// <summary>Put before every path, for instance <c>data/</c>. It has no character that is escaped.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>How paths are written.</summary>
    public SumFormat Format { get; init; }

    /// <summary>How the text itself is hashed, for <see cref="SumTotals.Digest"/>.</summary>
    public DigestAlgorithm TextAlgorithm { get; init; }
}

/// <summary>What was written.</summary>
/// <param name="Files">Number of lines.</param>
/// <param name="Bytes">Sum of the files' sizes.</param>
/// <param name="Length">Length of the text in bytes.</param>
/// <param name="Digest">Digest of the text: BLAKE3, but where <see cref="SumOptions.TextAlgorithm"/> asks for another.</param>
public readonly record struct SumTotals(long Files, long Bytes, long Length, Digest Digest);

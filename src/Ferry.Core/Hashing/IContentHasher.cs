namespace Ferry.Core.Hashing;

/// <summary>Hashes one content after another, piece by piece. Serves one thread at a time.</summary>
public interface IContentHasher
{
    /// <summary>Makes one for <paramref name="algorithm"/>.</summary>
    /// <exception cref="PlatformNotSupportedException">This machine lacks what it takes (<see cref="Sha256"/>).</exception>
    static IContentHasher Create(DigestAlgorithm algorithm) => algorithm == DigestAlgorithm.Sha256 ? new Sha256() : new Blake3();

    /// <summary>Forgets what was appended.</summary>
    void Reset();

    /// <summary>Appends the next bytes.</summary>
    void Append(ReadOnlySpan<byte> data);

    /// <summary>The digest of all that was appended since the last reset. After it comes a reset.</summary>
    Digest Finish();
}

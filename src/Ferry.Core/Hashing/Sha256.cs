using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Ferry.Core.Hashing;

/// <summary>
/// SHA-256 (FIPS 180-4) by OpenSSL, which uses the processor's own instructions for it: .NET offers none for x86. Serves one thread at a time.
/// </summary>
public sealed class Sha256 : IContentHasher
{
    // The names that .NET looks for; without any of them it ends the process at the first use.
    private static readonly string[] s_libraries = ["libssl.so.3", "libssl.so.1.1", "libssl.so.1.0.2", "libssl.so.1.0.0", "libssl.so.10", "libssl.so"];

    private readonly IncrementalHash _hash;

    /// <summary>Makes a hasher.</summary>
    /// <exception cref="PlatformNotSupportedException">The machine has no OpenSSL.</exception>
    public Sha256()
    {
        if (!IsAvailable)
        {
            throw new PlatformNotSupportedException("SHA-256 needs OpenSSL (libssl.so.3 or libssl.so.1.1), which this machine does not have");
        }

        _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    }

    /// <summary>Whether this machine has what it takes.</summary>
    public static bool IsAvailable { get; } = Array.Exists(s_libraries, static name => NativeLibrary.TryLoad(name, out _));

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> data) => _hash.AppendData(data);

    /// <inheritdoc/>
    public Digest Finish()
    {
        Span<byte> digest = stackalloc byte[Digest.Size];
        _hash.GetHashAndReset(digest);
        return Digest.FromBytes(digest);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        Span<byte> digest = stackalloc byte[Digest.Size];
        _hash.GetHashAndReset(digest);
    }
}

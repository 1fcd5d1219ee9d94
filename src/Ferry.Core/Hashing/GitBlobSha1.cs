using System.Buffers.Text;
using System.Security.Cryptography;

namespace Ferry.Core.Hashing;

/// <summary>
/// The name that git gives a file's content: SHA-1 of <c>blob</c>, a space, the length in decimal digits, a NUL and the content. So the length is to be known before the first byte. Not proof
/// against somebody who makes two contents of one name. Serves one thread at a time.
/// </summary>
public sealed class GitBlobSha1 : IContentHasher
{
    /// <summary>Bytes of the name; the rest of a <see cref="Digest"/> that holds one is zero.</summary>
    public const int Size = 20;

    private readonly IncrementalHash _hash;
    private long _length;

    /// <summary>Makes a hasher.</summary>
    /// <param name="length">Bytes of the first content.</param>
    /// <exception cref="PlatformNotSupportedException">The machine has no OpenSSL: see <see cref="Sha256.IsAvailable"/>.</exception>
    public GitBlobSha1(long length)
    {
        if (!Sha256.IsAvailable)
        {
            throw new PlatformNotSupportedException("SHA-1 needs OpenSSL (libssl.so.3 or libssl.so.1.1), which this machine does not have");
        }

#pragma warning disable CA5350 // The name is what git made it, weak as it is.
        _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        Begin(length);
    }

    /// <summary>The 40 lower-case hexadecimal digits, as <c>git hash-object</c> prints them, of a digest that <see cref="Finish"/> returned.</summary>
    public static string ToHex(Digest digest) => digest.ToHex()[..(2 * Size)];

    /// <summary>Forgets what was appended, and begins a content of another length.</summary>
    public void Begin(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        _length = length;
        Reset();
    }

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> data) => _hash.AppendData(data);

    /// <summary>The digest of what was appended: the wrong one if that was not as many bytes as were announced. After it comes a reset, or a beginning.</summary>
    public Digest Finish()
    {
        Span<byte> digest = stackalloc byte[Digest.Size];
        digest.Clear();
        _hash.GetHashAndReset(digest);
        return Digest.FromBytes(digest);
    }

    /// <summary>Forgets what was appended, and begins a content of the same length.</summary>
    public void Reset()
    {
        Span<byte> former = stackalloc byte[Size];
        _hash.GetHashAndReset(former);
        Span<byte> header = stackalloc byte[5 + 20 + 1];
        "blob "u8.CopyTo(header);
        Utf8Formatter.TryFormat(_length, header[5..], out var digits);
        header[5 + digits] = 0;
        _hash.AppendData(header[..(6 + digits)]);
    }
}

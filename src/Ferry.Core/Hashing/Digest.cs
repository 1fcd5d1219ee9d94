using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Ferry.Core.Hashing;

/// <summary>
/// A digest, 32 bytes that name a content: BLAKE3 but where a <see cref="DigestAlgorithm"/> says otherwise. <c>default</c> is all zero and stands for "not known";
/// no input is known to hash to it.
/// </summary>
public readonly struct Digest : IEquatable<Digest>
{
    /// <summary>Length of a digest in bytes.</summary>
    public const int Size = 32;

    /// <summary>What <see cref="ToString"/> puts before the hexadecimal digits.</summary>
    public const string Prefix = "blake3:";

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    private Digest(ulong a, ulong b, ulong c, ulong d) => (_a, _b, _c, _d) = (a, b, c, d);

    /// <summary>Whether all 32 bytes are zero, as in <c>default</c>.</summary>
    public bool IsZero => (_a | _b | _c | _d) == 0;

    /// <summary>Takes the digest from its bytes.</summary>
    /// <param name="bytes">Exactly <see cref="Size"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is not <see cref="Size"/>.</exception>
    public static Digest FromBytes(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size);
        return new(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));
    }

    /// <summary>Reads 64 hexadecimal digits of either case, without a prefix.</summary>
    /// <returns>False if the length or a digit is wrong; <paramref name="digest"/> is then zero.</returns>
    public static bool TryParseHex(ReadOnlySpan<char> hex, out Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Size];
        digest = default;
        if (hex.Length != 2 * Size || Convert.FromHexString(hex, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        digest = FromBytes(bytes);
        return true;
    }

    /// <inheritdoc cref="TryParseHex(ReadOnlySpan{char}, out Digest)"/>
    public static bool TryParseHex(ReadOnlySpan<byte> hex, out Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Size];
        digest = default;
        if (hex.Length != 2 * Size || Convert.FromHexString(hex, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        digest = FromBytes(bytes);
        return true;
    }

    /// <summary>Writes the 32 bytes to the start of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Size"/>.</exception>
    public void CopyTo(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, Size);
        BinaryPrimitives.WriteUInt64LittleEndian(destination, _a);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], _d);
    }

    /// <summary>The 64 lower-case hexadecimal digits, as <c>b3sum</c> prints them.</summary>
    public string ToHex()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary><c>blake3:</c> and <see cref="ToHex"/>.</summary>
    public override string ToString() => Prefix + ToHex();

    /// <inheritdoc/>
    public bool Equals(Digest other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Digest other && Equals(other);

    /// <summary>The first bytes: a digest is already evenly spread.</summary>
    public override int GetHashCode() => (int)_a;

    /// <summary>Whether two digests are the same.</summary>
    public static bool operator ==(Digest left, Digest right) => left.Equals(right);

    /// <summary>Whether two digests differ.</summary>
    public static bool operator !=(Digest left, Digest right) => !left.Equals(right);
}

using Ferry.Core.Hashing;

namespace Ferry.Core.Manifests.Sums;

/// <summary>
/// One line of a manifest as text, in the dialect that <c>sha256sum</c> and <c>b3sum</c> share: <c>HEX  PATH</c>. A path with a backslash, a
/// line feed or a carriage return makes the line begin with a backslash, and has them as <c>\\</c>, <c>\n</c> and <c>\r</c>.
/// </summary>
public readonly ref struct SumLine
{
    private const int HexLength = 2 * Digest.Size;
    private const byte Backslash = (byte)'\\';

    private SumLine(Digest digest, ReadOnlySpan<byte> path, DigestAlgorithm? algorithm, string? error)
    {
        Digest = digest;
        Path = path;
        Algorithm = algorithm;
        Error = error;
    }

    /// <summary>The content's digest.</summary>
    public Digest Digest { get; }

    /// <summary>The path as the line has it, without escapes: any bytes but none of length 0. It has not been checked.</summary>
    public ReadOnlySpan<byte> Path { get; }

    /// <summary>The algorithm where the line names it, as in <c>SHA256 (PATH) = HEX</c>.</summary>
    public DigestAlgorithm? Algorithm { get; }

    /// <summary>Why this is no line of a manifest, half a sentence; null if it is one.</summary>
    public string? Error { get; }

    /// <summary>Room that a line with a path of that length may need, with its newline.</summary>
    public static int MaxLength(int pathLength) => checked(HexLength + 6 + (2 * pathLength));

    /// <summary>Writes a line and its newline.</summary>
    /// <param name="path">Relative, any bytes; at least one.</param>
    /// <param name="digest">The content's digest.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Write(ReadOnlySpan<byte> path, Digest digest, Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        digest.CopyTo(bytes);
        var escape = path.ContainsAny("\\\n\r"u8);
        var length = 0;
        if (escape)
        {
            destination[length++] = Backslash;
        }

        _ = Convert.TryToHexStringLower(bytes, destination[length..], out var digits);
        length += digits;
        "  "u8.CopyTo(destination[length..]);
        length += 2;
        if (path.SequenceEqual("-"u8))
        {
            // The tools would read standard input.
            "./"u8.CopyTo(destination[length..]);
            length += 2;
        }

        length += escape ? Escape(path, destination[length..]) : Copy(path, destination[length..]);
        destination[length] = (byte)'\n';
        return length + 1;
    }

    /// <summary>Reads a line.</summary>
    /// <param name="line">Without its end (<c>\n</c> or <c>\r\n</c>). Escapes are resolved in place: it is changed, and <see cref="Path"/> lies in it.</param>
    public static SumLine Parse(Span<byte> line)
    {
        var isEscaped = line.StartsWith(Backslash);
        var rest = isEscaped ? line[1..] : line;
        if (TagOf(rest) is { } algorithm)
        {
            return ParseTagged(rest, algorithm, isEscaped);
        }

        var digits = HexDigitsAt(rest);
        if (digits != HexLength)
        {
            return Fail(WhyNoDigest(rest, digits));
        }

        if (rest.Length < HexLength + 3 || rest[HexLength] != ' ' || rest[HexLength + 1] is not ((byte)' ' or (byte)'*'))
        {
            return Fail("after the digest come two blanks, or a blank and an asterisk, and then the name");
        }

        return Finish(rest[..HexLength], rest[(HexLength + 2)..], null, isEscaped);
    }

    /// <summary>Whether the tools pass over a line: empty, or a comment. One that a flipped bit made a comment is none.</summary>
    public static bool IsIgnored(ReadOnlySpan<byte> line) =>
        line.IsEmpty || (line[0] == '#' && !(HexDigitsAt(line[1..]) == HexLength - 1 && line[HexLength..].StartsWith(" "u8)));

    private static DigestAlgorithm? TagOf(ReadOnlySpan<byte> line) =>
        line.StartsWith("SHA256 ("u8) ? DigestAlgorithm.Sha256
        : line.StartsWith("BLAKE3 ("u8) ? DigestAlgorithm.Blake3 : null;

    private static SumLine ParseTagged(Span<byte> line, DigestAlgorithm algorithm, bool isEscaped)
    {
        var start = "SHA256 ("u8.Length;
        var hex = line.Length - HexLength;
        var end = hex - ") = "u8.Length;
        return end <= start || !line[end..hex].SequenceEqual(") = "u8)
            ? Fail("the name does not end with \") = \" and a digest of 64 hexadecimal digits")
            : Finish(line[hex..], line[start..end], algorithm, isEscaped);
    }

    private static SumLine Finish(ReadOnlySpan<byte> hex, Span<byte> path, DigestAlgorithm? algorithm, bool isEscaped)
    {
        if (!IsOneCase(hex))
        {
            return Fail("the digest mixes upper and lower case, which no tool writes: the line is damaged");
        }

        if (!Digest.TryParseHex(hex, out var digest))
        {
            return Fail("the digest is not 64 hexadecimal digits");
        }

        if (isEscaped && !Unescape(ref path))
        {
            return Fail("the line begins with a backslash, and one in its name is not followed by another, by n or by r");
        }

        return new SumLine(digest, path, algorithm, null);
    }

    /// <summary>Whether these are hexadecimal digits as a tool writes them.</summary>
    internal static bool IsHex(ReadOnlySpan<byte> text) => HexDigitsAt(text) == text.Length && IsOneCase(text);

    /// <summary>A single letter in upper case may as well be a flipped bit.</summary>
    private static bool IsOneCase(ReadOnlySpan<byte> hex)
    {
        int upper = 0, lower = 0;
        foreach (var digit in hex)
        {
            upper += digit is >= (byte)'A' and <= (byte)'F' ? 1 : 0;
            lower += digit is >= (byte)'a' and <= (byte)'f' ? 1 : 0;
        }

        return upper == 0 || (lower == 0 && upper > 1);
    }

    private static int HexDigitsAt(ReadOnlySpan<byte> line)
    {
        var length = 0;
        while (length < line.Length && char.IsAsciiHexDigit((char)line[length]))
        {
            length++;
        }

        return length;
    }

    private static string WhyNoDigest(ReadOnlySpan<byte> line, int digits)
    {
        if (line.IndexOf(") = "u8) > line.IndexOf(" ("u8) && line.Contains((byte)'('))
        {
            return "the line names another algorithm than SHA256 and BLAKE3, which are those that can be read";
        }

        return digits is 32 or 40 or 56 or 96 or 128
            ? $"the digest has {digits} digits; those of BLAKE3 and SHA-256 have 64"
            : "it does not begin with a digest of 64 hexadecimal digits";
    }

    private static int Escape(ReadOnlySpan<byte> path, Span<byte> destination)
    {
        var length = 0;
        foreach (var value in path)
        {
            var letter = value switch { (byte)'\n' => (byte)'n', (byte)'\r' => (byte)'r', Backslash => Backslash, _ => (byte)0 };
            if (letter == 0)
            {
                destination[length++] = value;
                continue;
            }

            destination[length++] = Backslash;
            destination[length++] = letter;
        }

        return length;
    }

    private static bool Unescape(ref Span<byte> path)
    {
        var length = 0;
        for (var i = 0; i < path.Length; i++)
        {
            var value = path[i];
            if (value == Backslash)
            {
                value = (i + 1 < path.Length ? path[++i] : (byte)0) switch
                {
                    (byte)'n' => (byte)'\n', (byte)'r' => (byte)'\r', Backslash => Backslash, _ => 0,
                };
                if (value == 0)
                {
                    return false;
                }
            }

            path[length++] = value;
        }

        path = path[..length];
        return true;
    }

    private static int Copy(ReadOnlySpan<byte> path, Span<byte> destination)
    {
        path.CopyTo(destination);
        return path.Length;
    }

    private static SumLine Fail(string error) => new(default, default, null, error);
}

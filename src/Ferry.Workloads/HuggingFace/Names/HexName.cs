using System.Buffers;

namespace Ferry.Workloads.HuggingFace.Names;

/// <summary>Digests as the hub writes them in names: lower-case hexadecimal digits and nothing else.</summary>
internal static class HexName
{
    /// <summary>Digits of a git SHA-1: commits, and blobs that git keeps.</summary>
    public const int Sha1Length = 40;

    /// <summary>Digits of a SHA-256, and of a Xet hash.</summary>
    public const int Sha256Length = 64;

    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Whether the text is that many digits.</summary>
    public static bool Is(ReadOnlySpan<char> text, int length) => text.Length == length && !text.ContainsAnyExcept(s_digits);
}

using Ferry.Core.Linux;

namespace Ferry.Core.Manifests.Sums;

/// <summary>Paths as BagIt 1.0 has them (RFC 8493, 2.1.3): UTF-8, in which CR, LF and % are written %0D, %0A and %25.</summary>
internal static class BagPath
{
    /// <summary>Writes a path; at most three bytes for each of its own.</summary>
    /// <returns>How many bytes were written.</returns>
    public static int Encode(ReadOnlySpan<byte> path, Span<byte> destination)
    {
        var length = 0;
        foreach (var value in path)
        {
            ReadOnlySpan<byte> written = value switch
            {
                (byte)'\r' => "%0D"u8, (byte)'\n' => "%0A"u8, (byte)'%' => "%25"u8, _ => [value],
            };
            written.CopyTo(destination[length..]);
            length += written.Length;
        }

        return length;
    }

    /// <summary>Resolves these in place, in digits of either case. Any other % stays.</summary>
    /// <param name="path">An encoded path; it is changed.</param>
    /// <param name="percentToo">False for bags before version 1.0, in which a percent sign stands for itself.</param>
    public static Span<byte> Decode(Span<byte> path, bool percentToo = true)
    {
        var length = 0;
        for (var i = 0; i < path.Length; i++)
        {
            var value = path[i] == '%' ? Decoded(path[i..], percentToo) : (byte)0;
            path[length++] = value == 0 ? path[i] : value;
            i += value == 0 ? 0 : 2;
        }

        return path[..length];
    }

    /// <summary>Why no bag can have a file of this path, half a sentence; null if it can.</summary>
    public static string? WhyRefused(ReadOnlySpan<byte> path) =>
        PathText.IsUtf8(path) ? null : "is not UTF-8, as the names in a bag must be: rename it";

    private static byte Decoded(ReadOnlySpan<byte> text, bool percentToo) =>
        percentToo && text.StartsWith("%25"u8) ? (byte)'%'
        : text.StartsWith("%0D"u8) || text.StartsWith("%0d"u8) ? (byte)'\r'
        : text.StartsWith("%0A"u8) || text.StartsWith("%0a"u8) ? (byte)'\n' : (byte)0;
}

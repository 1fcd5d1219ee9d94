using System.Globalization;
using Ferry.Core.Storage;

namespace Ferry.Workloads.HuggingFace.Serve.Answers;

/// <summary>Reads what part of a file a client wants.</summary>
internal static class RequestedRange
{
    /// <summary>Reads a range.</summary>
    /// <param name="header">As it came; null for none.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <param name="isBeyond">Whether what is wanted lies behind its end.</param>
    /// <returns>Null for all of the file: also where several ranges are wanted, or what is no range of bytes.</returns>
    public static ByteRange? Read(string? header, long length, out bool isBeyond)
    {
        isBeyond = false;
        if (header is null || !header.StartsWith("bytes=", StringComparison.Ordinal) || header["bytes=".Length..].Split('-') is not [var first, var last])
        {
            return null;
        }

        var isFirst = TryParse(first, out var from);
        var isLast = TryParse(last, out var to);
        if ((!isFirst && first.Length > 0) || (!isLast && last.Length > 0) || (!isFirst && !isLast) || (isFirst && isLast && to < from))
        {
            return null;
        }

        if (!isFirst)
        {
            // The last so many bytes.
            (from, to) = (Math.Max(0, length - to), to == 0 ? -1 : length - 1);
        }

        to = isFirst && !isLast ? length - 1 : Math.Min(to, length - 1);
        isBeyond = from >= length || to < from;
        return isBeyond ? null : new ByteRange(from, to - from + 1);
    }

    private static bool TryParse(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

using System.Buffers;
using System.Text;

namespace Ferry.Core.Linux;

/// <summary>
/// Paths are bytes on Linux. This turns them into text for people and back for the few paths that start as text
/// (command line, configuration).
/// </summary>
public static class PathText
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The bytes of <paramref name="text"/>, UTF-8, without a terminator.</summary>
    /// <exception cref="ArgumentException">The text holds a NUL character.</exception>
    public static byte[] ToBytes(string text) =>
        text.Contains('\0', StringComparison.Ordinal)
            ? throw new ArgumentException("a path cannot hold a NUL character", nameof(text))
            : Encoding.UTF8.GetBytes(text);

    /// <summary>The bytes of <paramref name="text"/> followed by a NUL, as system calls want them.</summary>
    public static byte[] ToTerminated(string text) => Terminated(ToBytes(text));

    /// <summary>A copy of <paramref name="path"/> with a NUL at its end.</summary>
    public static byte[] Terminated(ReadOnlySpan<byte> path)
    {
        var bytes = new byte[path.Length + 1];
        path.CopyTo(bytes);
        return bytes;
    }

    /// <summary>Joins a directory's relative path (may be empty) and a name by a slash.</summary>
    public static byte[] Join(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name)
    {
        if (directory.IsEmpty)
        {
            return name.ToArray();
        }

        var joined = new byte[directory.Length + 1 + name.Length];
        directory.CopyTo(joined);
        joined[directory.Length] = (byte)'/';
        name.CopyTo(joined.AsSpan(directory.Length + 1));
        return joined;
    }

    /// <summary>
    /// Text for one line of a terminal: printable UTF-8 stays, control characters, backslashes and bytes that are not
    /// UTF-8 become <c>\n</c>, <c>\\</c> and <c>\xHH</c>. Nothing in a file's name can forge output or move the cursor.
    /// </summary>
    public static string Display(ReadOnlySpan<byte> path)
    {
        var text = new StringBuilder(path.Length);
        while (!path.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(path, out var rune, out var used) != OperationStatus.Done)
            {
                AppendHex(text, path[0]);
                path = path[1..];
                continue;
            }

            AppendRune(text, rune);
            path = path[used..];
        }

        return text.ToString();
    }

    /// <summary>True when the bytes are valid UTF-8 and so survive the way through text.</summary>
    public static bool IsUtf8(ReadOnlySpan<byte> path)
    {
        try
        {
            s_strict.GetCharCount(path);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static void AppendRune(StringBuilder text, Rune rune)
    {
        switch (rune.Value)
        {
            case '\n': text.Append("\\n"); break;
            case '\t': text.Append("\\t"); break;
            case '\r': text.Append("\\r"); break;
            case '\\': text.Append("\\\\"); break;
            case < 0x20 or (>= 0x7F and < 0xA0): AppendHex(text, (byte)rune.Value); break;
            // Bidirectional controls can reorder what a terminal shows.
            case (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069): text.Append($"\\u{rune.Value:x4}"); break;
            default: text.Append(rune.ToString()); break;
        }
    }

    private static void AppendHex(StringBuilder text, byte value) => text.Append($"\\x{value:x2}");
}

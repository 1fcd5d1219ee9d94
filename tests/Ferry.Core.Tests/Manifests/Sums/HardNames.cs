using System.Text;

namespace Ferry.Core.Tests.Manifests.Sums;

/// <summary>Names that tools get wrong.</summary>
internal static class HardNames
{
    /// <summary>One of each kind, all UTF-8.</summary>
    public static string[] Utf8 =>
    [
        "plain", " leading", "trailing ", "  ", "*star", "#hash", "-", "--", "tab\t", "\ttab", "a\nb", "\n", "a\\b", "\\", "\\n", "end\\", "\\\n\\",
        "quote'\"", "$(x)`y`", "SHA256 (x) = y", "BLAKE3 (x)", ") = ", "%0A%25", "é", "~", "..a", "...", ".hidden", "\u007f\u0001", "&<>|;", new string('n', 255),
    ];

    /// <summary>Names with carriage returns, which b3sum before 1.5.5 had no escape for.</summary>
    public static string[] CarriageReturns => ["a\rb", "\r", "end\r", "\r\n", "\n\r", "\\\r"];

    /// <summary>Names that are no UTF-8.</summary>
    public static byte[][] Bytes => [[0xe9], [.. "caf"u8, 0xe9], [0xff, 0xfe], [(byte)'\\', 0x80], [0x80, (byte)'\n'], [0xc0, 0xaf], [0xed, 0xa0, 0x80]];

    /// <summary>All of them as paths: in the root, and in directories of such names.</summary>
    public static IEnumerable<byte[]> Paths(IEnumerable<byte[]> names)
    {
        byte[]? directory = null;
        foreach (var name in names)
        {
            yield return name;
            if (directory is not null) yield return [.. directory, (byte)'d', (byte)'/', .. name];
            directory = name.Length < 200 ? name : directory;
        }
    }

    public static IEnumerable<byte[]> Encoded(IEnumerable<string> names) => names.Select(Encoding.UTF8.GetBytes);

    /// <summary>A name of bytes that are often special.</summary>
    public static byte[] Random(Random random, bool utf8 = false)
    {
        var alphabet = utf8 ? "ab \\\n\t*#.()=%'0"u8 : "ab \\\n\r\t*#.()=%'0\x01"u8;
        var name = new byte[random.Next(1, 12)];
        for (var i = 0; i < name.Length; i++) name[i] = !utf8 && random.Next(12) == 0 ? (byte)random.Next(128, 256) : alphabet[random.Next(alphabet.Length)];
        return name.All(static value => value == '.') ? [(byte)'x'] : name;
    }
}

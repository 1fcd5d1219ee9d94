using System.Text;

namespace Ferry.Core.Manifests.Bags;

/// <summary>The file <c>bagit.txt</c>, which makes a directory a bag (RFC 8493, 2.1.1).</summary>
internal static class BagDeclaration
{
    public const string Name = "bagit.txt";

    /// <summary>Longest one that is read.</summary>
    public const int MaxLength = 4096;

    private const string VersionLabel = "BagIt-Version: ";
    private const string EncodingLine = "Tag-File-Character-Encoding: UTF-8";

    // Before 1.0 a percent sign stood for itself.
    private static readonly string[] s_versions = ["0.93", "0.94", "0.95", "0.96", "0.97", "1.0"];

    /// <summary>What Ferry writes.</summary>
    public static ReadOnlySpan<byte> Contents => "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"u8;

    /// <summary>Whether the bag is of version 1.0, and what is wrong with the declaration: half a sentence, or null.</summary>
    public static (bool IsVersion1, string? Error) Parse(ReadOnlySpan<byte> contents)
    {
        if (contents.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]))
        {
            return (false, "begins with a byte-order mark, which it must not");
        }

        var lines = Encoding.UTF8.GetString(contents).ReplaceLineEndings("\n").Split('\n');
        if (lines.Length is not (2 or 3) || (lines.Length == 3 && lines[2].Length > 0))
        {
            return (false, "does not have exactly the two lines of version and encoding");
        }

        var version = lines[0].StartsWith(VersionLabel, StringComparison.Ordinal) ? lines[0][VersionLabel.Length..] : null;
        return version is null ? (false, $"does not begin with \"{VersionLabel}\"")
            : !s_versions.Contains(version) ? (false, $"names a version of BagIt that is not known here; known are {string.Join(", ", s_versions)}")
            : !string.Equals(lines[1], EncodingLine, StringComparison.OrdinalIgnoreCase) ? (false, $"has another second line than \"{EncodingLine}\", the one encoding that is read")
            : (version == "1.0", null);
    }
}

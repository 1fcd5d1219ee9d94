using System.Globalization;
using System.Text;
using Ferry.Core.Linux;

namespace Ferry.Core.Manifests.Bags;

/// <summary>How many bytes and files a bag's payload has, as <c>bag-info.txt</c> says it (RFC 8493, 2.2.2).</summary>
/// <param name="Bytes">Sum of the files' sizes.</param>
/// <param name="Files">Number of files.</param>
public readonly record struct PayloadOxum(long Bytes, long Files)
{
    /// <summary><c>BYTES.FILES</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Bytes}.{Files}");

    internal static PayloadOxum? Parse(ReadOnlySpan<char> text)
    {
        var dot = text.IndexOf('.');
        return dot > 0
            && long.TryParse(text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            && long.TryParse(text[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var files)
            ? new PayloadOxum(bytes, files) : null;
    }
}

/// <summary>The file <c>bag-info.txt</c>: labels and values, which may go on in lines that begin with a blank.</summary>
internal static class BagInfo
{
    public const string Name = "bag-info.txt";

    /// <summary>Longest one that is read.</summary>
    public const int MaxLength = 1 << 20;

    private const string OxumLabel = "Payload-Oxum";

    public static byte[] Write(BagOptions options, PayloadOxum oxum) => Encoding.UTF8.GetBytes(
        $"Bag-Software-Agent: {options.SoftwareAgent}\n" +
        $"Bagging-Date: {options.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}\n" +
        $"{OxumLabel}: {oxum}\n" +
        $"Bag-Size: {ByteText.Of(oxum.Bytes)}\n");

    /// <summary>The payload's size where the file tells it, and what is wrong with the file: half a sentence, or null.</summary>
    public static (PayloadOxum? Oxum, string? Error) Parse(ReadOnlySpan<byte> contents)
    {
        PayloadOxum? oxum = null;
        if (!PathText.IsUtf8(contents))
        {
            return (null, "is not UTF-8, as bagit.txt says that it is");
        }

        foreach (var line in Encoding.UTF8.GetString(contents).ReplaceLineEndings("\n").Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (line.Length == 0 || line[0] is ' ' or '\t')
            {
                continue;
            }

            if (colon < 1)
            {
                return (oxum, "has a line without a label and a colon");
            }

            if (!string.Equals(line[..colon].Trim(), OxumLabel, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (oxum is not null)
            {
                return (oxum, $"has {OxumLabel} twice");
            }

            oxum = PayloadOxum.Parse(line.AsSpan(colon + 1).Trim());
            if (oxum is null)
            {
                return (null, $"has a {OxumLabel} that is not BYTES.FILES");
            }
        }

        return (oxum, null);
    }
}

using System.Globalization;
using Ferry.Core.Probing;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>
/// Reads what quota tools print. Whatever is not exactly of the known form is no answer: a wrong number would be worse than none.
/// </summary>
internal static class QuotaText
{
    private const long Kibi = 1024;

    /// <summary>quota(1) with <c>-w -p</c>: blocks of 1,024 bytes, one line per file system.</summary>
    /// <param name="text">What it printed.</param>
    /// <param name="source">The file system, as it is mounted: a device or <c>server:/path</c>.</param>
    public static DiskQuota? OfQuota(string text, string source)
    {
        foreach (var line in text.Split('\n'))
        {
            var words = Words(line);
            if (words.Length == 9 && words[0] == source)
            {
                return Of(words[1], words[2], words[3], words[5], words[6], words[7]);
            }
        }

        return null;
    }

    /// <summary><c>lfs quota -q -u USER PATH</c>: blocks of 1,024 bytes; a long path stands on a line of its own.</summary>
    public static DiskQuota? OfLustre(string text, string path)
    {
        var words = Words(text);
        return words.Length == 9 && words[0] == path ? Of(words[1], words[2], words[3], words[5], words[6], words[7]) : null;
    }

    /// <summary><c>mmlsquota -Y</c> of GPFS: fields between colons, named by a header; blocks of 1,024 bytes.</summary>
    public static DiskQuota? OfGpfs(string text)
    {
        string[]? header = null;
        foreach (var line in text.Split('\n'))
        {
            var fields = line.Split(':');
            if (fields.Length > 2 && fields[2] == "HEADER")
            {
                header = fields;
            }
            else if (header is not null && Field(header, fields, "quotaType") == "USR")
            {
                return Of(
                    Field(header, fields, "blockUsage"), Field(header, fields, "blockQuota"), Field(header, fields, "blockLimit"),
                    Field(header, fields, "filesUsage"), Field(header, fields, "filesQuota"), Field(header, fields, "filesLimit"));
            }
        }

        return null;
    }

    /// <summary><c>beegfs-ctl --getquota --csv</c>: <c>name,id,size,hard,files,hard</c>, sizes in bytes.</summary>
    public static DiskQuota? OfBeegfs(string text, string user)
    {
        foreach (var line in text.Split('\n'))
        {
            var fields = line.Trim().Split(',');
            if (fields.Length == 6 && fields[0] == user && Number(fields[2]) is { } bytes && Number(fields[4]) is { } files
                && Limit(fields[3]) is { } mostBytes && Limit(fields[5]) is { } mostFiles)
            {
                return new DiskQuota(bytes, OrNone(mostBytes), files, OrNone(mostFiles));
            }
        }

        return null;
    }

    private static DiskQuota? Of(string blocks, string soft, string hard, string files, string softFiles, string hardFiles)
    {
        // A star behind a number says that it is above the limit.
        return Number(blocks.TrimEnd('*')) is { } used && Number(soft) is { } softBlocks && Number(hard) is { } hardBlocks
            && Number(files.TrimEnd('*')) is { } names && Number(softFiles) is { } softNames && Number(hardFiles) is { } hardNames
            ? new DiskQuota(used * Kibi, OrNone(hardBlocks > 0 ? hardBlocks : softBlocks) * Kibi, names, OrNone(hardNames > 0 ? hardNames : softNames))
            : null;
    }

    private static long? OrNone(long limit) => limit > 0 ? limit : null;

    private static long? Limit(string text) => text is "unlimited" or "none" ? 0 : Number(text);

    // Brackets (Lustre: a server did not answer) and units are refused with everything else; so is what would not fit when multiplied.
    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= long.MaxValue / Kibi ? number : null;

    private static string Field(string[] header, string[] fields, string name) =>
        Array.IndexOf(header, name) is >= 0 and var at && at < fields.Length ? fields[at] : "";

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}

using System.Globalization;
using Ferry.Core.Linux;

namespace Ferry.Core.Storage;

/// <summary>What a file's status tells of an object.</summary>
internal static class LocalVersion
{
    /// <summary>Size, modification time and inode: every replacement is another file, and two that share a time are not one that had the other's inode.</summary>
    public static string Of(in FileStatus status) => string.Create(
        CultureInfo.InvariantCulture, $"{status.Size:x}-{status.Modified.Seconds:x}.{status.Modified.Nanoseconds:x}-{status.Inode:x}");

    public static ObjectInfo Describe(string key, in FileStatus status) => new(key, status.Size, Of(status), Time(status.Modified));

    private static DateTimeOffset? Time(Timestamp time)
    {
        // What a file system hands out may lie outside of what the framework's clock can show.
        const long first = -62_135_596_800;
        const long last = 253_402_300_799;
        return time.Seconds is >= first and <= last ? DateTimeOffset.FromUnixTimeSeconds(time.Seconds).AddTicks(time.Nanoseconds / 100) : null;
    }
}

using System.Globalization;
using Ferry.Core.Linux;

namespace Ferry.Cli.Output;

/// <summary>Numbers of a transfer that is under way, short enough to stand beside each other.</summary>
internal static class ProgressText
{
    /// <summary>For example <c>12s</c>, <c>3m05s</c>, <c>2h07m</c>, <c>4d03h</c>.</summary>
    public static string Clock(TimeSpan time) => time switch
    {
        { TotalSeconds: < 60 } => $"{(int)time.TotalSeconds}s",
        { TotalMinutes: < 60 } => $"{time.Minutes}m{time.Seconds:00}s",
        { TotalHours: < 24 } => $"{time.Hours}h{time.Minutes:00}m",
        _ => $"{time.Days}d{time.Hours:00}h",
    };

    /// <summary>For example <c>1.21/2.80 GB</c>, <c>812 MB/2.80 GB</c>.</summary>
    public static string Bytes(long done, long total)
    {
        var (left, right) = (ByteText.Of(done), ByteText.Of(total));
        var unit = right.IndexOf(' ', StringComparison.Ordinal);
        return left.EndsWith(right[unit..], StringComparison.Ordinal) ? $"{left[..left.IndexOf(' ', StringComparison.Ordinal)]}/{right}" : $"{left}/{right}";
    }

    /// <summary>For example <c>812/4,567 files</c>.</summary>
    public static string Files(long done, long total) => $"{Number(done)}/{Number(total)} file{(total == 1 ? "" : "s")}";

    /// <summary>For example <c>512 MB/s</c>.</summary>
    public static string Rate(double bytesPerSecond) => ByteText.Of((long)bytesPerSecond) + "/s";

    /// <summary>A transfer on a line of its own, for files and pipes.</summary>
    public static string Plain(ProgressRow row)
    {
        if (row.Done is null)
        {
            return $"{row.Activity}, {Clock(row.Elapsed)}";
        }

        var files = row.TotalFiles > 0 ? $", {Files(row.Files, row.TotalFiles)}" : "";
        var rate = row.Rate is { } perSecond ? $", {Rate(perSecond)}" : "";
        var left = row.Left is { } time ? $", {Clock(time)} left" : "";
        return $"{row.Activity}: {row.Percent}, {Bytes(row.Bytes, row.TotalBytes)}{files}{rate}{left}";
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

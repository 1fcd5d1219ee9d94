using System.Globalization;

namespace Ferry.Core.Linux;

/// <summary>Sizes for people: decimal units, three significant digits, as storage is sold and quotas are set.</summary>
public static class ByteText
{
    private static readonly string[] s_units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>For example <c>0 B</c>, <c>999 B</c>, <c>1.21 MB</c>, <c>34.0 GB</c>.</summary>
    /// <param name="bytes">Zero or more.</param>
    public static string Of(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (value >= 999.5 && unit < s_units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        var format = unit == 0 || value >= 99.95 ? "0" : value >= 9.995 ? "0.0" : "0.00";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {s_units[unit]}";
    }
}

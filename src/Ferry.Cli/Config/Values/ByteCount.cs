using System.Globalization;

namespace Ferry.Cli.Config.Values;

/// <summary>
/// Sizes as users write them: <c>0</c>, <c>1500</c>, <c>50GB</c> (powers of 1000), <c>10MiB</c> (powers of 1024), <c>1.5TB</c>. A
/// lone <c>K</c>, <c>M</c>... is refused: half of the world's tools mean 1000 by it.
/// </summary>
internal static class ByteCount
{
    private const string Prefixes = "KMGTPE";

    /// <summary>Reads a size in bytes; false if the text is not one or does not fit 63 bits.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        if (WholeNumber.TryParse(text, out bytes))
            return true;
        var length = 0;
        while (length < text.Length && (char.IsAsciiDigit(text[length]) || text[length] == '.'))
            length++;
        var number = text.AsSpan(0, length);
        if (number.IsEmpty || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            return false;
        if (!TryUnit(text.AsSpan(length).TrimStart(' '), out var unit) || value > long.MaxValue / unit)
            return false;
        value *= unit;
        bytes = (long)value;
        return bytes == value;
    }

    /// <summary>The size with the largest unit that divides it.</summary>
    public static string Format(long bytes)
    {
        for (var power = Prefixes.Length; power > 0 && bytes > 0; power--)
        {
            if (bytes % Power(1000, power) == 0)
                return $"{bytes / Power(1000, power)}{Prefixes[power - 1]}B";
            if (bytes % Power(1024, power) == 0)
                return $"{bytes / Power(1024, power)}{Prefixes[power - 1]}iB";
        }
        return bytes.ToString(CultureInfo.InvariantCulture);
    }

    private static bool TryUnit(ReadOnlySpan<char> unit, out long factor)
    {
        factor = 1;
        if (unit.IsEmpty || unit is "B")
            return true;
        var power = Prefixes.IndexOf(char.ToUpperInvariant(unit[0]), StringComparison.Ordinal) + 1;
        if (power == 0 || unit[1..] is not ("B" or "iB"))
            return false;
        factor = Power(unit.Length == 3 ? 1024 : 1000, power);
        return true;
    }

    private static long Power(long factor, int power)
    {
        var result = 1L;
        for (var i = 0; i < power; i++)
            result *= factor;
        return result;
    }
}

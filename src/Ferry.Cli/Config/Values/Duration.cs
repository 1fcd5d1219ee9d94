using System.Text;

namespace Ferry.Cli.Config.Values;

/// <summary>Durations as users write them: <c>90s</c>, <c>5m</c>, <c>1h30m</c>, <c>2d</c>, or whole seconds.</summary>
internal static class Duration
{
    /// <summary>Units in falling order; each may appear once, in this order.</summary>
    private const string Units = "dhms";

    private static readonly int[] UnitSeconds = [86_400, 3_600, 60, 1];

    /// <summary>Reads a duration; false if the text is not one or is longer than 100 years.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        long seconds = 0;
        var nextUnit = 0;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var digits = 0;
            while (digits < rest.Length && char.IsAsciiDigit(rest[digits]))
                digits++;
            var last = digits == rest.Length;
            // Only a number that stands alone may go without a unit.
            if (digits == 0 || (last && nextUnit > 0))
                return false;
            if (!WholeNumber.TryParse(rest[..digits], out var number) || number > int.MaxValue)
                return false;
            var unit = last ? Units.Length - 1 : Units.IndexOf(rest[digits], StringComparison.Ordinal);
            if (unit < nextUnit)
                return false;
            seconds += number * UnitSeconds[unit];
            nextUnit = unit + 1;
            rest = last ? [] : rest[(digits + 1)..];
        }
        duration = TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerSecond));
        return text.Length > 0 && duration.TotalDays <= 36_525;
    }

    /// <summary>The shortest text that reads back as the same duration, down to the second.</summary>
    public static string Format(TimeSpan duration)
    {
        var rest = (long)duration.TotalSeconds;
        if (rest == 0)
            return "0";
        var text = new StringBuilder();
        for (var i = 0; i < Units.Length; i++)
        {
            if (rest / UnitSeconds[i] is > 0 and var number)
                text.Append(number).Append(Units[i]);
            rest %= UnitSeconds[i];
        }
        return text.ToString();
    }
}

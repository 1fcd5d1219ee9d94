namespace Ferry.Cli.Config.Values;

/// <summary>
/// Whole numbers in decimal digits, without sign. By hand because the library's general number parser takes as long to get ready in a
/// fresh process as reading the whole file does.
/// </summary>
internal static class WholeNumber
{
    /// <summary>Reads a number; false if there is another character, no digit, or more than fits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        foreach (var c in text)
        {
            if (c is < '0' or > '9' || number > (long.MaxValue - (c - '0')) / 10)
                return false;
            number = (number * 10) + (c - '0');
        }
        return !text.IsEmpty;
    }
}

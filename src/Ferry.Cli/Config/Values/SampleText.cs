using Ferry.Cli.Config.Nodes;
using Ferry.Core.Verifying;

namespace Ferry.Cli.Config.Values;

/// <summary>Slices as users write them: <c>2/7</c> is the second of seven.</summary>
internal static class SampleText
{
    private const int MaxParts = 10_000;

    /// <summary>Reads a slice; null is everything.</summary>
    /// <exception cref="ConfigException">It is none.</exception>
    public static ContentScope Read(string? text)
    {
        if (text is null)
        {
            return ContentScope.All;
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && WholeNumber.TryParse(text.AsSpan(0, slash), out var part) && WholeNumber.TryParse(text.AsSpan(slash + 1), out var of)
            && of is >= 1 and <= MaxParts && part >= 1 && part <= of
            ? ContentScope.Slice((int)part, (int)of)
            : throw new ConfigException($"--sample must be N/T, such as 2/7, with N from 1 to T and T up to {MaxParts:N0}, not '{Printable.Shorten(text)}'");
    }
}

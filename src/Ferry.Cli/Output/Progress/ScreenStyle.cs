namespace Ferry.Cli.Output;

/// <summary>What a terminal can show, as its user has said in the environment.</summary>
/// <param name="CanMove">It knows escape sequences.</param>
/// <param name="HasColour">Colour is wanted, too: see https://no-color.org.</param>
/// <param name="IsUnicode">Characters beyond ASCII arrive.</param>
internal sealed record ScreenStyle(bool CanMove, bool HasColour, bool IsUnicode)
{
    /// <summary>Reads TERM, NO_COLOR and the locale. What is not set is taken for the least.</summary>
    public static ScreenStyle Of(IHostEnvironment environment)
    {
        var canMove = environment.GetIfText("TERM") is { Length: > 0 } and not "dumb";
        var locale = NonEmpty("LC_ALL") ?? NonEmpty("LC_CTYPE") ?? NonEmpty("LANG") ?? "";
        var isUnicode = locale.Contains("UTF-8", StringComparison.OrdinalIgnoreCase) || locale.Contains("UTF8", StringComparison.OrdinalIgnoreCase);
        return new ScreenStyle(canMove, canMove && NonEmpty("NO_COLOR") is null, isUnicode);

        string? NonEmpty(string name) => environment.GetIfText(name) is { Length: > 0 } value ? value : null;
    }
}

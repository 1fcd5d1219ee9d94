namespace Ferry.Workloads.Caches.Doctor;

/// <summary>Whether the terminal's text is UTF-8.</summary>
internal sealed class LocaleProbe(Func<string, string?> lookup) : IProbe
{
    private static readonly string[] s_variables = ["LC_ALL", "LC_CTYPE", "LANG"];

    public string Name => "locale";

    public void Run(FindingList findings)
    {
        var locale = Array.Find(s_variables, name => lookup(name) is { Length: > 0 }) is { } variable ? lookup(variable)! : "C";
        if (locale.Replace("-", "", StringComparison.Ordinal).Contains("UTF8", StringComparison.OrdinalIgnoreCase))
        {
            findings.Ok($"locale {locale}", value: locale);
        }
        else
        {
            findings.Note($"locale {locale} is not UTF-8", "prints names as UTF-8 all the same; files are not affected", "export LC_ALL=C.UTF-8", locale);
        }
    }
}

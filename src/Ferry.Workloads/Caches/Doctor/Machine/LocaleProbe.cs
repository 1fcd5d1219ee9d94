namespace Ferry.Workloads.Caches.Doctor;

/// <summary>Whether the terminal's text is UTF-8.</summary>
internal sealed class LocaleProbe(Func<string, string?> lookup) : IProbe
{
    public string Name => "locale";

    public void Run(FindingList findings)
    {
        var locale = LocaleName.Of(lookup);
        if (LocaleName.IsUtf8(locale))
        {
            findings.Ok($"locale {locale}", value: locale);
        }
        else
        {
            findings.Note($"locale {locale} is not UTF-8", "prints names as UTF-8 all the same; files are not affected", "export LC_ALL=C.UTF-8", locale);
        }
    }
}

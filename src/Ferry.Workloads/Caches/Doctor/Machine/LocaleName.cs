namespace Ferry.Workloads.Caches.Doctor;

/// <summary>What the environment says of the terminal's characters: locale(7).</summary>
public static class LocaleName
{
    private static readonly string[] s_variables = ["LC_ALL", "LC_CTYPE", "LANG"];

    /// <summary>The locale for characters: the first of LC_ALL, LC_CTYPE and LANG that is set; C if none is.</summary>
    public static string Of(Func<string, string?> lookup) =>
        Array.Find(s_variables, name => lookup(name) is { Length: > 0 }) is { } variable ? lookup(variable)! : "C";

    /// <summary>Whether a locale's characters are UTF-8.</summary>
    public static bool IsUtf8(string locale) =>
        locale.Replace("-", "", StringComparison.Ordinal).EndsWith("UTF8", StringComparison.OrdinalIgnoreCase);
}

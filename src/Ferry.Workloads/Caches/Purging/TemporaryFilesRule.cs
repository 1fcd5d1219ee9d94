namespace Ferry.Workloads.Caches.Purging;

/// <summary>Reads what systemd-tmpfiles is told to clean: tmpfiles.d(5).</summary>
public static class TemporaryFilesRule
{
    // Type, path, mode, user, group, age.
    private const int AgeField = 5;

    /// <summary>The age at which a directory's files are removed; null if nothing cleans it.</summary>
    /// <param name="text">The lines of one or more files of tmpfiles.d, the most important first.</param>
    /// <param name="directory">For example <c>/tmp</c>.</param>
    public static string? AgeFor(string text, string directory)
    {
        foreach (var line in text.Split('\n'))
        {
            var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > AgeField && fields[1] == directory && fields[0].Length > 0 && fields[0][0] is 'd' or 'D' or 'q' or 'Q' or 'e' or 'v')
            {
                return IsAge(fields[AgeField]) ? fields[AgeField].TrimStart('~') : null;
            }
        }

        return null;
    }

    // Numbers with units such as 10d or 1w2d, perhaps behind a tilde; anything else is not shown to people.
    private static bool IsAge(string age) =>
        age.Length <= 16 && age.TrimStart('~') is { Length: > 0 } rest && char.IsAsciiDigit(rest[0]) && rest.All(char.IsAsciiLetterOrDigit);
}

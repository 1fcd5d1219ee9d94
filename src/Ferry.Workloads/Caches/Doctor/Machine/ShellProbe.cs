using Ferry.Core.Linux;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>Whether the user's shell knows Ferry, and whether variables of caches are set somewhere else.</summary>
internal sealed class ShellProbe(DoctorSubject subject) : IProbe
{
    private const int LargestFile = 1 << 20;

    private static readonly string[] s_files =
        [".bashrc", ".bash_profile", ".profile", ".zshrc", ".zshenv", ".zprofile", ".config/fish/config.fish", ".tcshrc", ".cshrc", ".login"];

    public string Name => "shell";

    public void Run(FindingList findings)
    {
        string? integrated = null;
        foreach (var file in s_files)
        {
            var lines = LinesOf(Path.Join(subject.Home, file));
            if (Array.Exists(lines, IsIntegration))
            {
                integrated ??= file;
            }

            for (var i = 0; i < lines.Length; i++)
            {
                ReportAssignment($"~/{file}:{i + 1}", lines[i], findings);
            }
        }

        if (integrated is not null)
        {
            findings.Ok($"~/{integrated} calls ferry", value: integrated);
        }
        else
        {
            findings.Note("no start-up file of a shell calls ferry", null, "eval \"$(ferry sync)\" in the job, or put 'ferry shell-init' into your shell's start-up file", "none");
        }

        ReportEnvironment(findings);
    }

    private void ReportEnvironment(FindingList findings)
    {
        if (subject.Scratches.Count > 0 && subject.Caches.Count > 0)
        {
            foreach (var warning in CongruencyCheck.Warnings(subject.Settings, subject.Lookup, PathFacts.RealPath))
            {
                findings.Warning(warning, "stages the configured source, whatever the variable says", value: "variable");
            }
        }
    }

    private void ReportAssignment(string where, string line, FindingList findings)
    {
        foreach (var cache in subject.Caches)
        {
            if (cache.Enabled && Assigns(line, cache.Name))
            {
                findings.Note($"{where} sets {cache.Name}", "changes the variable only where its exports are evaluated, after that line", value: cache.Name);
            }
        }
    }

    /// <summary>Whether a line of bash, zsh, fish or tcsh sets a variable.</summary>
    internal static bool Assigns(string line, string variable)
    {
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["export" or "typeset" or "declare", .. var rest] => Array.Exists(rest, word => word.StartsWith(variable + "=", StringComparison.Ordinal)),
            ["setenv", var name, ..] => name == variable,
            ["set", .. var rest] => Array.IndexOf(rest, variable) is >= 0 and var at && rest[..at].All(static word => word.StartsWith('-')),
            [var first, ..] => first.StartsWith(variable + "=", StringComparison.Ordinal),
            _ => false,
        };
    }

    private static bool IsIntegration(string line) =>
        !line.TrimStart().StartsWith('#') && (line.Contains("ferry shell-init", StringComparison.Ordinal) || line.Contains("ferry sync", StringComparison.Ordinal)
            || line.Contains("ferry' shell-init", StringComparison.Ordinal));

    private static string[] LinesOf(string path)
    {
        try
        {
            var info = new FileInfo(path);
            return info.Exists && info.Length <= LargestFile ? File.ReadAllLines(path) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

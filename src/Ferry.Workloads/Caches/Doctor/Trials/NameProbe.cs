using Ferry.Core.Probing;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>What can be done with names: what works on one line, and one for each thing that does not.</summary>
internal sealed class NameProbe(ProbeDirectory directory) : IProbe
{
    private sealed record Trial(string What, Func<ProbeDirectory, int> Try, FindingSeverity IfNot, string Ferry, string? You = null);

    private const string OtherScratch = "choose another scratch";

    private static readonly Trial[] s_trials =
    [
        new("rename over a file", NameTrial.Replace, FindingSeverity.Problem, "cannot replace a file in one step here, and fails", OtherScratch),
        new("hard links", NameTrial.HardLink, FindingSeverity.Warning, "fails for the further names of files that have several", OtherScratch),
        new("symbolic links", NameTrial.Symlink, FindingSeverity.Problem, "fails for every symbolic link of a source", OtherScratch),
        new("unnamed files", NameTrial.Unnamed, FindingSeverity.Ok, "writes under temporary names and renames; a kill may leave one, and the next sync removes it"),
        new("exchange", NameTrial.Exchange, FindingSeverity.Ok, "does not need it on scratch"),
        new("no-replace", NameTrial.RefuseToReplace, FindingSeverity.Ok, "does not need it on scratch"),
        new("letter case", NameTrial.LetterCase, FindingSeverity.Warning, "cannot stage both of two names that differ in letter case alone", OtherScratch),
        new("names of any bytes", NameTrial.AnyBytes, FindingSeverity.Note, "reports files whose names are not UTF-8 as failures"),
        new("names of 255 bytes", NameTrial.Longest, FindingSeverity.Note, "reports files with longer names than it takes as failures"),
    ];

    public string Name => "names";

    public void Run(FindingList findings)
    {
        var works = new List<string>();
        var missing = new List<(Trial Trial, int Answer)>();
        foreach (var trial in s_trials)
        {
            var answer = trial.Try(directory);
            if (TrialAnswer.IsFull(answer))
            {
                TrialAnswer.ReportFull(findings, answer);
                return;
            }

            if (answer == 0)
            {
                works.Add(trial.What);
            }
            else
            {
                missing.Add((trial, answer));
            }
        }

        if (works.Count > 0)
        {
            findings.Ok(missing.Count == 0 ? "renames, links and odd names work" : string.Join(", ", works), value: string.Join(',', works));
        }

        foreach (var (trial, answer) in missing)
        {
            findings.Add(trial.IfNot, $"no {trial.What} ({TrialAnswer.Name(answer)})", trial.Ferry, trial.You, $"no {trial.What}");
        }
    }
}

using Ferry.Core.Probing;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>Whether extended attributes and access lists are kept.</summary>
internal sealed class AttributeProbe(ProbeDirectory directory) : IProbe
{
    public string Name => "attributes";

    public void Run(FindingList findings)
    {
        var (extended, lists) = (AttributeTrial.Extended(directory), AttributeTrial.AccessList(directory));
        if (TrialAnswer.IsFull(extended))
        {
            TrialAnswer.ReportFull(findings, extended);
            return;
        }

        var missing = (extended, lists) switch
        {
            (0, 0) => null,
            (0, _) => $"no access control lists ({TrialAnswer.Name(lists)})",
            (_, 0) => $"no extended attributes ({TrialAnswer.Name(extended)})",
            _ => $"neither extended attributes nor access control lists ({TrialAnswer.Name(extended)})",
        };
        if (missing is null)
        {
            findings.Ok("extended attributes and access control lists are kept", value: "kept");
        }
        else
        {
            findings.Note(missing, "leaves them out and counts them in one warning", value: "missing");
        }
    }
}

using Ferry.Core.Probing;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>Whether holes save space, and whether files can share blocks.</summary>
internal sealed class ContentProbe(ProbeDirectory directory) : IProbe
{
    public string Name => "contents";

    public void Run(FindingList findings)
    {
        var (holes, reflink) = (ContentTrial.Holes(directory), ContentTrial.Reflink(directory));
        if (TrialAnswer.IsFull(holes))
        {
            TrialAnswer.ReportFull(findings, holes);
            return;
        }

        var sharing = reflink == 0 ? "files can share blocks (reflink)" : "no shared blocks (reflink)";
        if (holes == 0)
        {
            findings.Ok($"holes take no space; {sharing}", value: reflink == 0 ? "holes,reflink" : "holes");
        }
        else
        {
            findings.Note($"holes take space; {sharing}", "stages sparse files at their full size", value: reflink == 0 ? "reflink" : "");
        }
    }
}

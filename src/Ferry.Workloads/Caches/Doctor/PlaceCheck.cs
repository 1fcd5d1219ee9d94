using System.Globalization;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>Runs the probes of one place, each with a time limit. Once one was not answered the others are not tried.</summary>
internal sealed class PlaceCheck(DoctorPlace place, TimeSpan limit, CancellationToken cancellation)
{
    public DoctorPlace Place { get; } = place;

    public List<Finding> Findings { get; } = [];

    /// <summary>Whether a probe was not answered in time.</summary>
    public bool IsSilent { get; private set; }

    public void Run(params ReadOnlySpan<IProbe> probes)
    {
        foreach (var probe in probes)
        {
            Run(probe.Name, probe.Run);
        }
    }

    /// <summary>Runs one probe; false if it could not look.</summary>
    public bool Run(string name, Action<FindingList> probe)
    {
        if (IsSilent)
        {
            return false;
        }

        // A list of its own: what a probe that was left behind adds later is seen by nobody.
        var findings = new FindingList(Place, name);
        try
        {
            IsSilent = !TimeLimit.TryRun(() => probe(findings), limit, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Findings.AddRange(findings.All);
            Findings.Add(new Finding(Place, name, FindingSeverity.Warning, $"could not be told: {e.Message.ReplaceLineEndings(" ")}"));
            return false;
        }

        Findings.AddRange(IsSilent ? [Silence(name)] : findings.All);
        return !IsSilent;
    }

    private Finding Silence(string name) => new(
        Place, name, FindingSeverity.Problem, $"did not answer within {limit.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s",
        "waits for ever for a file system that does not answer; nothing else was tried here",
        "see whether 'stat' on it hangs too, and tell your site", "no-answer");
}

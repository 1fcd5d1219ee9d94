using Ferry.Core.Processes;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>
/// Looks at the places that the caches live in. Nothing is written to a source; on scratch one private directory is made and removed.
/// </summary>
public static class CacheDoctor
{
    /// <summary>Places that are looked at together: one that hangs does not keep the others waiting.</summary>
    private const int ParallelPlaces = 8;

    /// <summary>Runs all probes.</summary>
    /// <returns>What was found: scratch first, then the sources in their order, the home directory where there are none, the machine.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; what was made on scratch is removed.</exception>
    public static IReadOnlyList<Finding> Run(
        DoctorSubject subject, TimeProvider time, IProcessRunner processes, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        var tools = new ToolFinder(subject.Lookup("PATH") ?? "", processes, cancellation);
        ScratchFacts? facts = null;
        foreach (var scratch in subject.Scratches)
        {
            var check = new PlaceCheck(new DoctorPlace("Scratch", scratch.Base), subject.TimeLimit, cancellation);
            var looked = ScratchCheck.Run(check, scratch, subject, tools, time);
            facts ??= looked;
            findings.AddRange(check.Findings);
        }

        // Scratch comes first: what a source's files can do there depends on it.
        var checks = OtherPlaces(subject, facts, tools, cancellation);
        RunTogether(checks);
        foreach (var (check, _) in checks)
        {
            findings.AddRange(check.Findings);
        }

        cancellation.ThrowIfCancellationRequested();
        return findings;
    }

    private static List<(PlaceCheck Check, Action Run)> OtherPlaces(
        DoctorSubject subject, ScratchFacts? scratch, ToolFinder tools, CancellationToken cancellation)
    {
        var checks = new List<(PlaceCheck, Action)>();
        PlaceCheck Add(string name, string? path, Action<PlaceCheck> run)
        {
            var check = new PlaceCheck(new DoctorPlace(name, path), subject.TimeLimit, cancellation);
            checks.Add((check, () => run(check)));
            return check;
        }

        foreach (var cache in subject.Caches)
        {
            Add($"Source {cache.Name}", cache.Source, check => SourceCheck.Run(check, cache, subject, scratch, tools));
        }

        if (subject.Caches.Count == 0)
        {
            Add("Home", subject.Home, check => SourceCheck.RunHome(check, subject, tools));
        }

        Add("This machine", null, check => MachineCheck.Run(check, subject, tools));
        return checks;
    }

    private static void RunTogether(List<(PlaceCheck Check, Action Run)> checks)
    {
        var next = -1;
        var threads = new Thread[Math.Min(ParallelPlaces, checks.Count)];
        for (var i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(() =>
            {
                for (int at; (at = Interlocked.Increment(ref next)) < checks.Count;)
                {
                    RunUnlessCancelled(checks[at].Run);
                }
            }) { IsBackground = true, Name = "ferry-doctor" };
            threads[i].Start();
        }

        Array.ForEach(threads, static thread => thread.Join());
    }

    private static void RunUnlessCancelled(Action run)
    {
        try
        {
            run();
        }
        catch (OperationCanceledException)
        {
            // The caller sees the token and says so once.
        }
    }
}

using Ferry.Core.Linux;
using Ferry.Core.Probing;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>What the looks at other places need to know of scratch.</summary>
/// <param name="Profile">Its device; null where that could not be told.</param>
/// <param name="Mount">Its mount; null where that could not be told.</param>
/// <param name="Answers">Whether it may be asked again.</param>
internal sealed record ScratchFacts(Core.Concurrency.DeviceProfile? Profile, Mount? Mount, bool Answers);

/// <summary>All probes of a scratch directory.</summary>
internal static class ScratchCheck
{
    /// <summary>Leftovers of doctors that were killed; another one may be at work beside us.</summary>
    private static readonly TimeSpan s_leftoverAge = TimeSpan.FromMinutes(10);

    public static ScratchFacts Run(PlaceCheck check, DoctorScratch scratch, DoctorSubject subject, ToolFinder tools, TimeProvider time)
    {
        var where = scratch.Base;
        check.Run("place", findings => where = Existing(scratch, findings));
        if (where.Length == 0)
        {
            return new ScratchFacts(null, null, Answers: !check.IsSilent);
        }

        var system = new FileSystemProbe(where, isScratch: true);
        check.Run(system);
        check.Run(new CacheRootProbe(scratch), new SpaceProbe(where, isScratch: true), new QuotaProbe(where, system, subject.UserName, tools, isScratch: true));
        if (subject.Caches.Count > 0)
        {
            check.Run(new FitProbe(subject));
        }

        check.Run(new PurgeProbe(where, system, subject), new LifetimeProbe(where, system, subject));
        Try(check, where, system, subject, tools, time);
        return new ScratchFacts(system.Profile, system.Mount, Answers: !check.IsSilent);
    }

    private static void Try(
        PlaceCheck check, string where, FileSystemProbe system, DoctorSubject subject, ToolFinder tools, TimeProvider time)
    {
        var directory = new TrialDirectory();
        try
        {
            check.Run("writing", findings => Create(directory, where, time, findings));
            if (directory.Current is { } made)
            {
                check.Run(
                    new LockProbe(made, system, subject.Program, tools), new NameProbe(made), new TimeProbe(made, time),
                    new AttributeProbe(made), new ContentProbe(made));
            }
        }
        finally
        {
            Remove(check, directory, subject.TimeLimit);
        }
    }

    /// <summary>Where trials can be made: the cache root, or the nearest directory above it; none: an empty text.</summary>
    private static string Existing(DoctorScratch scratch, FindingList findings)
    {
        if (Directory.Exists(scratch.CacheRootPath) && PathFacts.MayWriteIn(scratch.CacheRootPath))
        {
            return scratch.CacheRootPath;
        }

        if (Directory.Exists(scratch.Base))
        {
            return scratch.Base;
        }

        if (Path.GetDirectoryName(scratch.Base) is { } parent && Directory.Exists(parent))
        {
            findings.Note("does not exist yet", "makes it at the first sync, for you alone (0700)", value: "missing");
            return parent;
        }

        findings.Problem("does not exist", "fails", "set 'scratch' to a directory that exists, or pass --scratch DIR", "missing");
        return "";
    }

    private static void Create(TrialDirectory directory, string where, TimeProvider time, FindingList findings)
    {
        try
        {
            ProbeDirectory.RemoveLeftovers(where, time.GetUtcNow() - s_leftoverAge);
            directory.Create(where);
        }
        catch (LinuxException e)
        {
            findings.Problem(
                $"nothing can be written: {Errno.Describe(e.Errno)} ({e.Operation}: {Errno.Name(e.Errno)})",
                "cannot stage anything here", "choose another scratch: --scratch DIR, or 'scratch' in the configuration", Errno.Name(e.Errno));
        }
    }

    private static void Remove(PlaceCheck check, TrialDirectory directory, TimeSpan limit)
    {
        var error = 0;
        if (!TimeLimit.TryRun(() => error = directory.Remove(), limit, CancellationToken.None) || error != 0)
        {
            check.Findings.Add(new Finding(
                check.Place, "cleanup", FindingSeverity.Warning,
                $"{directory.Path} could not be removed: {(error != 0 ? Errno.Describe(error) : "no answer")}",
                "removes it when doctor runs again in ten minutes or later", $"rm -r {directory.Path}", directory.Path));
        }
    }
}

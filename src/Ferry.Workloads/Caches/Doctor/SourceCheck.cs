namespace Ferry.Workloads.Caches.Doctor;

/// <summary>All probes of a source, or of the home directory where no source is known. None of them writes.</summary>
internal static class SourceCheck
{
    public static void Run(PlaceCheck check, CacheDefinition cache, DoctorSubject subject, ScratchFacts? scratch, ToolFinder tools)
    {
        var target = scratch?.Answers == true ? subject.Settings.TargetOf(cache) : null;
        check.Run(new SourceProbe(cache, target));
        if (check.Findings is [{ Value: SourceProbe.Unusable }] || check.IsSilent)
        {
            return;
        }

        var system = new FileSystemProbe(cache.Source, isScratch: false);
        check.Run(system, new SpaceProbe(cache.Source, isScratch: false), new QuotaProbe(cache.Source, system, subject.UserName, tools, isScratch: false));
        if (scratch is not null)
        {
            check.Run(new StagingProbe(cache.Source, system, scratch));
        }
    }

    public static void RunHome(PlaceCheck check, DoctorSubject subject, ToolFinder tools)
    {
        var system = new FileSystemProbe(subject.Home, isScratch: false);
        check.Run(system, new SpaceProbe(subject.Home, isScratch: false), new QuotaProbe(subject.Home, system, subject.UserName, tools, isScratch: false));
    }
}

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>All probes of the machine and the user's surroundings.</summary>
internal static class MachineCheck
{
    public static void Run(PlaceCheck check, DoctorSubject subject, ToolFinder tools) => check.Run(
        new KernelProbe(), new LimitProbe(), new LocaleProbe(subject.Lookup), new FuseProbe(tools),
        new ToolProbe(tools, subject.Transfer.Engine), new ShellProbe(subject));
}

using Ferry.Core.Linux;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>The kernel and what it can do.</summary>
internal sealed class KernelProbe : IProbe
{
    public string Name => "kernel";

    public void Run(FindingList findings)
    {
        var release = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        if (ProcessLimits.HasOpenBeneath())
        {
            findings.Ok($"Linux {release}", value: release);
        }
        else
        {
            findings.Note($"Linux {release} without openat2 (from 5.6)", "opens paths one component at a time, as safely", value: release);
        }
    }
}

using Ferry.Core.Linux;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>Whether the directory of the staged caches is its user's alone.</summary>
internal sealed class CacheRootProbe(DoctorScratch scratch) : IProbe
{
    public string Name => "cache-root";

    public void Run(FindingList findings)
    {
        if (PrivateDirectory.WhyRefused(scratch.Base, scratch.CacheRoot) is { } reason)
        {
            findings.Problem(reason, "refuses to stage where others could put something in its place", "do what the line above says", "unsafe");
        }
        else if (Directory.Exists(scratch.CacheRootPath))
        {
            findings.Ok($"{scratch.CacheRoot} is yours alone", value: "private");
        }
        else
        {
            findings.Ok($"{scratch.CacheRoot} is made by the first sync, for you alone", value: "missing");
        }
    }
}

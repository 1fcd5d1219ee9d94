using Ferry.Core.Concurrency;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>Whether it helps to stage a source, and whether its programs can run there. Reads only.</summary>
internal sealed class StagingProbe(string source, FileSystemProbe system, ScratchFacts scratch) : IProbe
{
    // What trees of programs have at their top: conda, virtual environments, language toolchains, npm.
    private static readonly string[] s_programs = ["bin", "conda-meta", "envs", "pyvenv.cfg", "toolchains", "node_modules/.bin"];

    public string Name => "staging";

    public void Run(FindingList findings)
    {
        if (scratch.Mount?.Has("noexec") == true && Array.Find(s_programs, name => Path.Exists(Path.Join(source, name))) is { } programs)
        {
            findings.Warning(
                $"holds programs ({programs}), and scratch is mounted noexec", "stages them; they cannot be started there",
                "disable this cache, or choose another scratch", "noexec");
        }

        if (IsSameDevice(system.Profile, scratch.Profile))
        {
            findings.Note("on the same file system as scratch", "copies it all the same", "if there is no faster scratch, disable this cache", "same-device");
        }
    }

    private static bool IsSameDevice(DeviceProfile? one, DeviceProfile? other) =>
        one is not null && other is not null && (one.DeviceMajor, one.DeviceMinor) == (other.DeviceMajor, other.DeviceMinor);
}

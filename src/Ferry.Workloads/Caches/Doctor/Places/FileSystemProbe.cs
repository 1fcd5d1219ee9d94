using Ferry.Core.Concurrency;
using Ferry.Core.Linux;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>What kind of file system a directory is on, and how that is mounted. The other probes of the place ask it.</summary>
internal sealed class FileSystemProbe(string path, bool isScratch) : IProbe
{
    private static readonly string[] s_shown = ["ro", "noexec", "nosuid", "relatime", "noatime", "strictatime", "local_lock=all", "local_lock=flock", "localflock", "nolock"];

    public string Name => "file-system";

    /// <summary>The device; null until the probe has run.</summary>
    public DeviceProfile? Profile { get; private set; }

    /// <summary>The mount; null until the probe has run, or where /proc does not tell.</summary>
    public Mount? Mount { get; private set; }

    public void Run(FindingList findings)
    {
        Profile = DeviceProfile.Of(PathText.ToTerminated(path));
        Mount = MountTable.Read().Find(PathFacts.RealPath(path) ?? path);
        var type = Mount?.Type ?? Profile.FileSystem.Name;
        var options = s_shown.Where(option => Mount?.Has(option) == true).ToArray();
        findings.Ok($"{type}, {Where()}{(options.Length > 0 ? $" ({string.Join(", ", options)})" : "")}", WhatFerryDoes(), type);
        if (Mount?.Has("ro") == true && isScratch)
        {
            findings.Problem("mounted read-only", "cannot stage anything here", "choose another scratch", "ro");
        }
        else if (Mount?.Has("ro") == true)
        {
            findings.Note("mounted read-only", "syncs from here; a push fails", value: "ro");
        }

        if (type == "overlay" && isScratch)
        {
            findings.Note("a container's own layer", "stages again in every new container", "bind a directory of the host for scratch", "overlay");
        }
    }

    private string Where() => Profile switch
    {
        { FileSystem.Class: StorageClass.Memory } => "in memory",
        { IsRemote: true } => Profile.FileSystem.Name == "fuse" ? "served by a program (FUSE)" : "over the network",
        { IsRotational: true } => "on a disk that turns",
        { IsRotational: false } => "on a local solid-state disk",
        _ => "on a local disk",
    };

    private string? WhatFerryDoes() => Profile?.IsRotational == true ? "moves one file at a time here, in order" : null;
}

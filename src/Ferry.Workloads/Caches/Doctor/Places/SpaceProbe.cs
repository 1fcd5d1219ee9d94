using Ferry.Core.Linux;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>What the file system has left, in bytes and in names.</summary>
internal sealed class SpaceProbe(string path, bool isScratch) : IProbe
{
    /// <summary>Less than this part of the whole is little.</summary>
    private const int LittlePart = 50;

    private const long FewInodes = 10_000;

    public string Name => "space";

    public void Run(FindingList findings)
    {
        var space = FileSystemSpace.Of(path);
        var found = $"{ByteText.Of(space.FreeBytes)} of {ByteText.Of(space.TotalBytes)} free"
            + (space.FreeInodes is { } inodes ? $", {inodes:N0} inodes free" : "");
        var value = $"{space.FreeBytes}";
        var isFull = space.FreeBytes <= 0 || space.FreeInodes == 0;
        if (isFull && isScratch)
        {
            findings.Problem($"full: {found}", "cannot stage anything more; what is staged stays", "remove what you can spare, or choose another scratch", value);
        }
        else if (isFull)
        {
            findings.Warning($"full: {found}", "syncs from here; a push fails", "remove what you can spare", value);
        }
        else if (isScratch && (space.FreeBytes < space.TotalBytes / LittlePart || space.FreeInodes < FewInodes))
        {
            findings.Warning($"little is left: {found}", "compares what a sync needs with this before it writes", "remove what you can spare", value);
        }
        else
        {
            findings.Ok(found, value: value);
        }
    }
}

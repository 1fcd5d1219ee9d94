using Ferry.Core.Linux;
using Ferry.Core.Probing;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>How much of this user's quota is used, where the kernel or a tool of the file system tells.</summary>
internal sealed class QuotaProbe(string path, FileSystemProbe system, string userName, ToolFinder tools, bool isScratch) : IProbe
{
    private const int AlmostAllPercent = 90;

    public string Name => "quota";

    public void Run(FindingList findings)
    {
        if (system.Mount is not { } mount)
        {
            return;
        }

        if (Ask(mount) is { } quota)
        {
            Report(quota, findings);
        }
        else if (system.Profile is { IsRemote: true, FileSystem.Name: not "fuse" })
        {
            findings.Note("a quota may be set; nothing here tells", "takes a write beyond it for a full disk, and says so", value: "unknown");
        }
    }

    private DiskQuota? Ask(Mount mount) => mount.Type switch
    {
        "lustre" => tools.TryAsk("lfs", "quota", "-q", "-u", userName, mount.Path) is { } text ? QuotaText.OfLustre(text, mount.Path) : null,
        "gpfs" => tools.TryAsk("mmlsquota", "-Y", "-u", userName, Path.GetFileName(mount.Source)) is { } text ? QuotaText.OfGpfs(text) : null,
        "beegfs" => tools.TryAsk("beegfs-ctl", "--getquota", "--csv", $"--mount={mount.Path}", "--uid", userName) is { } text
            ? QuotaText.OfBeegfs(text, userName)
            : null,
        "nfs" or "nfs4" => tools.TryAsk("quota", "-w", "-p", "-u", userName) is { } text ? QuotaText.OfQuota(text, mount.Source) : null,
        _ => mount.Source.StartsWith("/dev/", StringComparison.Ordinal) ? DiskQuota.OfDevice(mount.Source) : null,
    };

    private void Report(DiskQuota quota, FindingList findings)
    {
        var found = $"quota: {Part(ByteText.Of(quota.UsedBytes), quota.LimitBytes is { } bytes ? ByteText.Of(bytes) : null)}, "
            + $"{Part($"{quota.UsedInodes:N0}", quota.LimitInodes is { } inodes ? $"{inodes:N0}" : null)} files";
        var percent = Math.Max(Percent(quota.UsedBytes, quota.LimitBytes), Percent(quota.UsedInodes, quota.LimitInodes));
        var severity = percent switch
        {
            >= 100 when isScratch => FindingSeverity.Problem,
            >= AlmostAllPercent => FindingSeverity.Warning,
            _ => FindingSeverity.Ok,
        };
        findings.Add(
            severity, found, severity == FindingSeverity.Problem ? "cannot stage anything more; what is staged stays" : null,
            severity == FindingSeverity.Ok ? null : $"remove what you can spare on {path}", $"{percent} %");
    }

    private static string Part(string used, string? limit) => limit is null ? $"{used} (no limit)" : $"{used} of {limit}";

    private static long Percent(long used, long? limit) => limit is > 0 and var most ? (long)(100.0 * used / most) : 0;
}

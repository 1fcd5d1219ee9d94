using Ferry.Core.Linux;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>Whether images could be mounted without root: FUSE, and user namespaces.</summary>
internal sealed class FuseProbe(ToolFinder tools) : IProbe
{
    private const string NotForCaches = "does not need it for caches";

    public string Name => "fuse";

    public void Run(FindingList findings)
    {
        var device = WhyNoDevice();
        var mounter = tools.Find("fusermount3") ?? tools.Find("fusermount");
        if (device is not null || mounter is null)
        {
            findings.Note($"no FUSE: {device ?? "fusermount3 is not installed"}", NotForCaches, value: "no");
        }
        else if (PathFacts.Of(mounter) is not { IsSetUser: true, OwnerId: 0 })
        {
            findings.Note($"FUSE for root only: {mounter} is not setuid", NotForCaches, value: "root-only");
        }
        else
        {
            findings.Ok($"FUSE: /dev/fuse and {Path.GetFileName(mounter)}", value: "yes");
        }

        if (WhyNoNamespaces() is { } reason)
        {
            findings.Note($"no user namespaces: {reason}", NotForCaches, value: "no-userns");
        }
    }

    private static string? WhyNoDevice()
    {
        try
        {
            using var device = File.OpenHandle("/dev/fuse", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return null;
        }
        catch (FileNotFoundException)
        {
            return "there is no /dev/fuse";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "/dev/fuse cannot be opened";
        }
    }

    private static string? WhyNoNamespaces() =>
        !Path.Exists("/proc/self/ns/user") ? "the kernel has none"
        : Setting("/proc/sys/user/max_user_namespaces") == "0" ? "user.max_user_namespaces is 0"
        : Setting("/proc/sys/kernel/unprivileged_userns_clone") == "0" ? "kernel.unprivileged_userns_clone is 0"
        : Setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1" ? "AppArmor restricts them"
        : null;

    private static string? Setting(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

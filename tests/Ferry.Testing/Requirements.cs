using System.Collections.Concurrent;

namespace Ferry.Testing;

/// <summary>What a test may need of its machine, and how a reader gets it.</summary>
public static class Requirements
{
    private static readonly Dictionary<string, string> PackageOf = new()
    {
        ["cc"] = "gcc", ["fusermount3"] = "fuse3", ["getfattr"] = "attr", ["setfattr"] = "attr", ["getfacl"] = "acl",
        ["setfacl"] = "acl", ["flock"] = "util-linux", ["script"] = "bsdutils", ["findmnt"] = "util-linux",
        ["man"] = "man-db", ["unshare"] = "util-linux", ["node"] = "nodejs", ["sha256sum"] = "coreutils",
        ["ceph"] = "ceph-common", ["radosgw-admin"] = "radosgw",
        ["ssh"] = "openssh-client", ["ssh-keygen"] = "openssh-client", ["sshd"] = "openssh-server",
    };

    private static readonly ConcurrentDictionary<string, string?> Known = new();

    /// <summary>
    /// Null if every named thing is here, else why not. A name is a program on PATH or one of <c>root</c>, <c>fuse</c>
    /// (slowfs can be mounted), <c>azurite</c> (it can be started), <c>s3-ceph</c> and <c>s3-swift</c> (these servers can be started), <c>npm-packages</c> (tests/node is installed), <c>ferry</c> (the binary is built).
    /// </summary>
    public static string? WhyMissing(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (Known.GetOrAdd(name, Check) is { } reason)
                return reason;
        return null;
    }

    /// <summary>The program's path on PATH, or null.</summary>
    public static string? FindProgram(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Where(directory => directory.Length > 0)
        .Select(directory => Path.Combine(directory, name))
        .FirstOrDefault(IsExecutable);

    private static string? Check(string name) => name switch
    {
        "root" => Environment.IsPrivilegedProcess ? null : "needs root",
        "fuse" => WhyNoFuse(),
        "s3-ceph" => WhyMissing("ceph", "ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "curl", "openssl", "flock"),
        "s3-swift" => WhyMissing("curl", "flock") ?? WhyNoSwift(),
        "ferry" => File.Exists(FerryBinary.Path) ? null : $"needs {FerryBinary.Path} (run ./ferry --version)",
        "azurite" => AzureServer.WhyMissing(),
        "npm-packages" => WhyMissing("node") ?? (Directory.Exists(Repository.File("tests", "node", "node_modules"))
            ? null : "needs the packages of tests/node (npm ci --prefix tests/node)"),
        _ => FindProgram(name) is null ? $"needs {name} (apt-get install {PackageOf.GetValueOrDefault(name, name)})" : null,
    };

    private static string? WhyNoFuse()
    {
        if (!CanOpen("/dev/fuse")) return "needs /dev/fuse, readable and writable";
        if (WhyMissing("fusermount3", "cc", "pkg-config", "setfattr", "getfattr") is { } reason) return reason;
        var build = Tool.Run(SlowFs.Script, ["build"]);
        return build.ExitCode == 0 ? null : $"slowfs does not compile (apt-get install libfuse3-dev): {build.Stderr.Trim()}";
    }

    private static string? WhyNoSwift()
    {
        var install = Tool.Run(S3Server.SwiftScript, ["install"], new ToolOptions { Timeout = TimeSpan.FromMinutes(5) });
        return install.ExitCode == 0 ? null : $"needs Swift: {install.Stderr.Trim().Split('\n')[^1]}";
    }

    private static bool CanOpen(string device)
    {
        try
        {
            using var stream = new FileStream(device, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsExecutable(string path)
    {
        const UnixFileMode any = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (File.GetUnixFileMode(path) & any) != 0;
    }
}

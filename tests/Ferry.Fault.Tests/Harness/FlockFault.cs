using Ferry.Testing;

namespace Ferry.Fault.Tests.Harness;

/// <summary>Starts ferry where flock(2) fails, lies or hangs (tests/servers/flockfault.c). The test needs <c>cc</c>.</summary>
internal static class FlockFault
{
    /// <summary>Every call succeeds and locks nothing, as on Lustre without the mount option, GPFS, BeeGFS, some NFS.</summary>
    public const string Granted = "granted";

    /// <summary>No call ever returns.</summary>
    public const string Hangs = "hangs";

    /// <param name="cache">The user.</param>
    /// <param name="fault">What flock does, or null: then it works.</param>
    /// <param name="args">Of ferry.</param>
    public static RunningTool Start(StagedCache cache, string? fault, params string[] args) => fault is null
        ? cache.Start(args)
        : RunningTool.Start(Repository.File("tests", "servers", "flockfault"), [fault, FerryBinary.Path, .. args],
            new ToolOptions { CleanEnv = true, Env = cache.Environment, Timeout = TimeSpan.FromMinutes(10) });
}

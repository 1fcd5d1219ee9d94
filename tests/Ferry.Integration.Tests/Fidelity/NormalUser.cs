using Ferry.Testing;

namespace Ferry.Integration.Tests.Fidelity;

/// <summary>Runs ferry without root's rights, which hide most errors of access.</summary>
internal static class NormalUser
{
    /// <summary>The user "nobody": needs no entry anywhere, owns nothing.</summary>
    public const int Id = 65534;

    // The checkout may lie where only root can go.
    private static readonly Lazy<string> Binary = new(() =>
    {
        if (Tool.Run("setpriv", [.. AsUser(Id), "test", "-x", FerryBinary.Path]).ExitCode == 0) return FerryBinary.Path;
        var copy = new TempTree();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => copy.Dispose();
        Tool.Run("install", ["-m", "755", FerryBinary.Path, copy["ferry"]]).OrThrow();
        return copy["ferry"];
    });

    public static ToolResult Run(int id, IEnumerable<string> args, IReadOnlyDictionary<string, string?> env) => Tool.Run(
        "setpriv", [.. AsUser(id), Binary.Value, .. args], new ToolOptions { CleanEnv = true, Env = env, Timeout = TimeSpan.FromMinutes(10) });

    private static string[] AsUser(int id) => [$"--reuid={id}", $"--regid={id}", "--clear-groups"];
}

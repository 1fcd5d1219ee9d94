using System.Text.Json;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Mirror;

/// <summary>Somebody who mirrors <c>src</c> to <c>dst</c>.</summary>
/// <param name="onDisk">On the disk's file system rather than in memory.</param>
internal sealed class MirrorUser(bool onDisk = false) : IDisposable
{
    public const string Manifest = "BLAKE3SUMS";

    private readonly FerryUser _user = new(onDisk);

    /// <summary>Holds <c>src</c>, <c>dst</c>, and <c>home</c>.</summary>
    public TempTree Tree => _user.Tree;

    public string Source => Tree["src"];

    public string Target => Tree["dst"];

    /// <summary>Variables beside HOME.</summary>
    public Dictionary<string, string?> Env => _user.Env;

    /// <summary>All variables of a run.</summary>
    public Dictionary<string, string?> RunEnv => new(Env) { ["HOME"] = _user.Home };

    /// <summary>Writes a file of the source, an old one: its times prove that it was not changed since.</summary>
    public void WriteSource(string name, int size, int seed)
    {
        Tree.WriteRandom($"src/{name}", size, seed);
        Tree.SetTime($"src/{name}", 1_600_000_000 + seed, 123_456_789);
    }

    /// <summary>Writes 24 small files in three directories, one of several MB and an empty one: <see cref="Files"/> of <see cref="Bytes"/> bytes.</summary>
    public MirrorUser WithFiles()
    {
        for (var i = 0; i < 24; i++) WriteSource($"d{i % 3}/f{i}", 1000 + i, i);
        WriteSource("big", 3_000_000, 99);
        WriteSource("empty", 0, 100);
        return this;
    }

    /// <summary>Files that <see cref="WithFiles"/> writes.</summary>
    public const int Files = 26;

    /// <summary>Their bytes.</summary>
    public const int Bytes = 3_000_000 + (24 * 1000) + (23 * 24 / 2);

    /// <summary>Runs <c>ferry mirror</c> with just these arguments.</summary>
    public ToolResult Run(params string[] args) => _user.Run(["mirror", .. args]);

    /// <summary>Starts <c>ferry mirror</c> with options, source and target.</summary>
    public ToolResult Mirror(params string[] options) => Run([.. options, Source, Target]);

    /// <summary>The same, which must succeed, with <c>--json</c>.</summary>
    public JsonElement Report(params string[] options) => Json(Mirror([.. options, "--json"]).OrThrow());

    /// <summary>The report in standard output.</summary>
    public static JsonElement Json(ToolResult result) => JsonDocument.Parse(result.Stdout).RootElement;

    /// <summary>A list of paths, or of objects with a path, in a report.</summary>
    public static string[] Paths(JsonElement report, string list) =>
        [.. report.GetProperty("verification").GetProperty(list).EnumerateArray()
            .Select(static item => item.ValueKind == JsonValueKind.String ? item.GetString()! : item.GetProperty("path").GetString()!)];

    /// <summary>Runs a script in which <c>ferry</c> is on PATH and the trees are <c>$1</c> and <c>$2</c>, in the directory that holds them.</summary>
    public ToolResult Script(string script)
    {
        if (!Tree.Exists("bin/ferry"))
        {
            Tree.MakeDirectory("bin");
            Tree.Symlink("bin/ferry", FerryBinary.Path);
        }

        var env = RunEnv;
        env["PATH"] = $"{Tree["bin"]}:{Environment.GetEnvironmentVariable("PATH")}";
        return Tool.Run("bash", ["-uo", "pipefail", "-c", script, "bash", Source, Target], new ToolOptions { CleanEnv = true, Env = env, Cwd = Tree.Path });
    }

    /// <summary>The paths that a manifest lists, none of which is escaped.</summary>
    public static string[] Listed(string manifest) => [.. File.ReadAllLines(manifest).Select(static line => line[66..])];

    /// <summary>Fails unless <c>b3sum -c</c> finds all that the manifest lists right below a directory.</summary>
    public static void AssertB3sum(string directory, string manifest) =>
        Tool.Run("b3sum", ["--check", "--quiet", manifest], new ToolOptions { Cwd = directory }).OrThrow();

    /// <summary>All that a directory holds, with times, inodes and contents: tells whether anything at all was done to it.</summary>
    public static string Everything(string directory) => Tool.Bash(
        "test -e \"$1\" || exit 0; cd \"$1\"; find . -printf '%y %i %m %n %s %T@ %C@ %p\\n' | LC_ALL=C sort; find . -type f -print0 | LC_ALL=C sort -z | xargs -0r sha256sum", directory).OrThrow().Text;

    /// <summary>Writes other bytes into a file of the target and keeps its size and times.</summary>
    public void DamageTarget(string name) => Tool.Bash(
        "touch -r \"$1\" \"$2\"; printf X | dd of=\"$1\" conv=notrunc status=none; touch -r \"$2\" \"$1\"", $"{Target}/{name}", Tree["reference"]).OrThrow();

    public void Dispose() => _user.Dispose();
}

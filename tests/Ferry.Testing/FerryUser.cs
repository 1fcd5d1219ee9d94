using System.Text;

namespace Ferry.Testing;

/// <summary>Somebody who uses ferry: a home with a configuration, a scratch directory, room for sources. All temporary.</summary>
/// <param name="onDisk">On the disk's file system rather than in memory.</param>
public sealed class FerryUser(bool onDisk = false) : IDisposable
{
    /// <summary>Holds <c>home</c>, <c>scratch</c> and whatever the test puts beside them.</summary>
    public TempTree Tree { get; } = new(onDisk);

    /// <summary>HOME of every run.</summary>
    public string Home => Tree.MakeDirectory("home");

    /// <summary>The scratch directory that <see cref="ConfigureCaches"/> names.</summary>
    public string Scratch => Tree.MakeDirectory("scratch");

    /// <summary>Variables for every run, beside HOME.</summary>
    public Dictionary<string, string?> Env { get; } = [];

    /// <summary>Writes <c>~/.config/ferry/config.yaml</c>.</summary>
    public void Configure(string yaml)
    {
        _ = Home;
        Tree.Write("home/.config/ferry/config.yaml", yaml);
    }

    /// <summary>Configures these caches, staged to <see cref="Scratch"/>.</summary>
    /// <param name="more">Further top-level YAML, such as a <c>transfer:</c> section.</param>
    public void ConfigureCaches(IEnumerable<(string Variable, string Source)> caches, string more = "")
    {
        var entries = caches.Select(cache => $"  {cache.Variable}: {{ source: \"{cache.Source}\" }}\n");
        Configure($"version: 1\nscratch: \"{Scratch}\"\ncaches:\n{string.Concat(entries)}{more}");
    }

    /// <summary>Runs ferry as this user.</summary>
    public ToolResult Run(params string[] args) => FerryBinary.Run(args, RunEnv, timeout: TimeSpan.FromMinutes(10));

    /// <summary>Starts ferry as this user, for tests that signal or kill it.</summary>
    public RunningTool Start(params string[] args) => FerryBinary.Start(args, RunEnv, timeout: TimeSpan.FromMinutes(10));

    /// <summary>The value of a variable after a shell evaluated what <c>ferry sync</c> printed: where the staged cache is.</summary>
    public string Exported(ToolResult sync, string variable) =>
        Encoding.UTF8.GetString(Shells.EnvironmentAfter("bash", sync.Text, RunEnv)[variable]);

    public void Dispose() => Tree.Dispose();

    private Dictionary<string, string?> RunEnv => new(Env) { ["HOME"] = Home };
}

using Ferry.Testing;

namespace Ferry.Fault.Tests.Harness;

/// <summary>One user with one cache: its source, its staged tree, and what ferry keeps beside that.</summary>
internal sealed class StagedCache : IDisposable
{
    public const string Variable = "HF_HOME";

    /// <summary>The most entries that one worker may have brought over and not yet recorded: what a kill may cost per worker.</summary>
    public const int UnitEntries = 128;

    private readonly FerryUser _user;

    /// <param name="transfer">Inside of the <c>transfer</c> section of the configuration.</param>
    /// <param name="onDisk">On the disk's file system rather than in memory.</param>
    public StagedCache(string transfer = "", bool onDisk = false)
    {
        _user = new FerryUser(onDisk);
        Tree.MakeDirectory("source");
        // A .NET process that is killed leaves its diagnostic socket in TMPDIR.
        _user.Env["TMPDIR"] = Tree.MakeDirectory("tmp");
        Scratch = _user.Scratch;
        Source = Tree["source"];
        Configure(transfer);
    }

    /// <summary>Holds <c>source</c>, <c>scratch</c> and <c>home</c>.</summary>
    public TempTree Tree => _user.Tree;

    /// <summary>The source as ferry sees it; the files are always in <c>Tree["source"]</c>.</summary>
    public string Source { get; private set; }

    /// <summary>Scratch as ferry sees it; the files are always in <c>Tree["scratch"]</c>.</summary>
    public string Scratch { get; private set; }

    /// <summary>Where ferry keeps its caches, past any mount.</summary>
    public string CacheRoot => Tree["scratch/.cache/ferry"];

    /// <summary>The staged tree, past any mount.</summary>
    public string Staged => Path.Combine(CacheRoot, Variable);

    public string Marker => Path.Combine(CacheRoot, $".{Variable}.synced");

    public string Manifest => Path.Combine(CacheRoot, $".{Variable}.manifest");

    public Dictionary<string, string?> Environment => new(_user.Env) { ["HOME"] = _user.Home };

    /// <summary>Writes the configuration again, with another section <c>transfer</c> or through mounts.</summary>
    public void Configure(string transfer, string? source = null, string? scratch = null)
    {
        (Source, Scratch) = (source ?? Source, scratch ?? Scratch);
        _user.Configure($"version: 1\nscratch: \"{Scratch}\"\ncaches:\n  {Variable}: {{ source: \"{Source}\" }}\ntransfer: {{ {transfer} }}\n");
    }

    public ToolResult Run(params string[] args) => _user.Run(args);

    public RunningTool Start(params string[] args) => _user.Start(args);

    /// <summary>Keeps what is staged now, for <see cref="Restore"/>.</summary>
    public void Save() => Tool.Run("cp", ["-a", Tree["scratch"], Tree["saved"]]).OrThrow();

    /// <summary>Stages again what was saved, directory times included.</summary>
    public void Restore()
    {
        Clear();
        Tool.Run("cp", ["-a", $"{Tree["saved"]}/.", Tree["scratch"]]).OrThrow();
    }

    /// <summary>Removes everything that was staged.</summary>
    public void Clear() => Tool.Run("rm", ["-rf", Tree["scratch/.cache"]]).OrThrow();

    /// <summary>The records of runs that are under way or were killed.</summary>
    public string[] Journals() =>
        Directory.Exists(CacheRoot) ? Directory.GetFiles(CacheRoot, $".{Variable}.manifest.partial-*") : [];

    /// <summary>
    /// As if an hour went by: temporaries beside the staged tree, which syncs of other caches may be about to rename, count as left over
    /// after a minute.
    /// </summary>
    public void AgeLeftovers()
    {
        if (!Directory.Exists(CacheRoot)) return;
        foreach (var path in Directory.GetFiles(CacheRoot, TreeState.TemporaryPrefix + "*"))
            File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddHours(-1));
    }

    /// <summary>Names beside the staged tree that only a run under way may have: temporaries and journals.</summary>
    public string[] Leftovers()
    {
        var beside = Directory.GetFileSystemEntries(CacheRoot).Select(path => Path.GetFileName(path))
            .Where(name => name.StartsWith(TreeState.TemporaryPrefix, StringComparison.Ordinal) || name.Contains(".partial-", StringComparison.Ordinal));
        return [.. beside, .. TreeState.Of(Staged).Temporaries];
    }

    /// <summary>Fails unless the staged tree is the source to the last attribute, marked complete, and nothing is left over.</summary>
    public void AssertComplete(string round)
    {
        Assert.True(File.Exists(Marker), $"{round}: no marker after a sync that succeeded");
        var differences = RsyncOracle.Differences(Tree["source"], Staged);
        Assert.True(differences is [], $"{round}: {string.Join('\n', differences)}");
        var leftovers = Leftovers();
        Assert.True(leftovers is [], $"{round}: left over: {string.Join(' ', leftovers)}");
    }

    /// <summary>Fails unless the result is one export of the staged tree, or none where it may not be one.</summary>
    public void AssertExport(ToolResult result, bool expected, string round)
    {
        var line = $"export {Variable}={Path.Combine(Scratch, ".cache/ferry", Variable)}";
        Assert.True(result.Text.TrimEnd() == (expected ? line : ""), $"{round}: {(expected ? "one" : "no")} export expected: {result}");
    }

    public void Dispose() => _user.Dispose();
}

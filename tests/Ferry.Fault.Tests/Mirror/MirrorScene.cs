using Ferry.Fault.Tests.Harness;
using Ferry.Testing;

namespace Ferry.Fault.Tests.Mirror;

/// <summary>One user who mirrors one tree, again and again from the same beginning.</summary>
internal sealed class MirrorScene : IDisposable
{
    private const string Manifest = "BLAKE3SUMS";
    private const string Incomplete = Manifest + ".incomplete";

    // Times of the roots change when manifests are written into them.
    private static readonly string[] s_rootTime = [".d..t...... ./"];

    private string? _formerManifest;
    private string? _manifest;

    /// <summary>The user; <c>source</c> is what is mirrored.</summary>
    public StagedCache Cache { get; } = new();

    public string Source => Cache.Tree["source"];

    public string Target => Cache.Tree["target"];

    /// <summary>Where ferry keeps records and journals.</summary>
    public string State => Cache.Tree["home/.local/state/ferry/mirrors"];

    /// <summary>What the target held at the beginning of each round.</summary>
    public TreeState Former { get; private set; } = TreeState.Of("/none");

    /// <summary>What the source holds.</summary>
    public TreeState Current { get; private set; } = TreeState.Of("/none");

    /// <summary>The command: one worker makes all calls in the same order in every run.</summary>
    public string[] Command => ["mirror", "--jobs", "1", "--delete", "--yes", Source, Target];

    /// <summary>Mirrors what the source holds now, so that rounds begin with that.</summary>
    public void MirrorFirst()
    {
        Cache.Run(Command).OrThrow();
        _formerManifest = File.ReadAllText($"{Target}/{Manifest}");
    }

    /// <summary>Takes what there is now for the beginning of every round; the command must succeed from there.</summary>
    public void Save()
    {
        Former = TreeState.Of(Target);
        Tool.Bash("cd \"$1\"; mkdir -p saved target home/.local; cp -a target home/.local saved; cp -a source/BLAKE3SUMS saved 2>/dev/null || true", Cache.Tree.Path).OrThrow();
        Current = TreeState.Of(Source);
        Cache.Run(Command).OrThrow();
        _manifest = File.ReadAllText($"{Target}/{Manifest}");
        Restore();
    }

    /// <summary>Back to the beginning. The files of the source are not touched.</summary>
    public void Restore()
    {
        Tool.Bash("""
            cd "$1"
            rm -rf target home/.local source/BLAKE3SUMS* source/.ferry-tmp-*
            cp -a saved/target . && cp -a saved/.local home/
            if test -e saved/BLAKE3SUMS; then cp -a saved/BLAKE3SUMS source; fi
            """, Cache.Tree.Path).OrThrow();
        Cache.Tree.SetTime("source", 1_600_000_000, 5);
    }

    /// <summary>What a run that was killed or failed may leave: whole files, and manifests of which each is the former one or the new one.</summary>
    public void AssertWreck(string label)
    {
        var now = TreeState.Of(Target);
        foreach (var (path, found) in now.Files.Where(static file => file.Key is not (Manifest or Incomplete)))
            Assert.True(IsOf(Former, path, found) || IsOf(Current, path, found), $"{label}: {path} ({found.Size} bytes) is neither the old nor the new version");
        foreach (var path in Former.Entries.Keys.Where(Current.Entries.ContainsKey))
            Assert.True(now.Entries.ContainsKey(path), $"{label}: {path} was there before and is gone");
        AssertManifest(Source, now, label);
        AssertManifest(Target, now, label);
        if (now.Entries.ContainsKey(Incomplete)) Tool.Run("b3sum", ["--check", "--quiet", Incomplete], new ToolOptions { Cwd = Target }).OrThrow();
    }

    /// <summary>Whether all of the source is in the target, and listed.</summary>
    public bool IsComplete()
    {
        var now = TreeState.Of(Target);
        return HasAll(now) && File.Exists($"{Target}/{Manifest}") && File.ReadAllText($"{Target}/{Manifest}") == _manifest;
    }

    /// <summary>The same command again finishes the work, and nothing is left over.</summary>
    public ToolResult Finish(string label, params string[] options)
    {
        AgeLeftovers();
        var result = Cache.Run([.. Command, .. options]);
        Assert.True(result.ExitCode == 0, $"{label}: the next run: {result}");
        AssertComplete(label);
        return result;
    }

    /// <summary>As if an hour went by: a temporary file beside a manifest counts as left over after a minute.</summary>
    public void AgeLeftovers() => Tool.Bash(
        "cd \"$1\"; find source target -maxdepth 1 -name '.ferry-tmp-*' -exec touch -d '-1 hour' {} + 2>/dev/null || true", Cache.Tree.Path).OrThrow();

    /// <summary>Fails unless the target is the source to the last attribute, listed and with nothing left over.</summary>
    public void AssertComplete(string label)
    {
        var differences = RsyncOracle.Differences(Source, Target, $"--exclude=/{Manifest}").Except(s_rootTime).ToArray();
        Assert.True(differences is [], $"{label}: {string.Join('\n', differences)}");
        foreach (var root in (string[])[Source, Target])
        {
            Assert.True(File.ReadAllText($"{root}/{Manifest}") == _manifest, $"{label}: the manifest of {root} is not the right one");
            Assert.False(File.Exists($"{root}/{Incomplete}"), $"{label}: the manifest of {root} is called incomplete");
            Assert.True(TreeState.Of(root).Temporaries is [], $"{label}: left over: {string.Join(' ', TreeState.Of(root).Temporaries)}");
        }

        var leftovers = Directory.GetFiles(State).Where(static name => name.Contains(".partial-", StringComparison.Ordinal) || name.Contains(TreeState.TemporaryPrefix, StringComparison.Ordinal)).ToArray();
        Assert.True(leftovers is [], $"{label}: left over: {string.Join(' ', leftovers)}");
    }

    /// <summary>Whether a system call is about the trees or the records.</summary>
    public bool IsConcerned(SystemCall call) => call.Thread == 0
        && ((string[])[Source, Target, State]).Any(path => call.Text.Contains(path, StringComparison.Ordinal));

    public void Dispose() => Cache.Dispose();

    private void AssertManifest(string root, TreeState now, string label)
    {
        var path = $"{root}/{Manifest}";
        if (!File.Exists(path)) return;
        var text = File.ReadAllText(path);
        Assert.True(text == _formerManifest || text == _manifest, $"{label}: {path} is neither the old nor the new one:\n{text}");
        Assert.True(text == _formerManifest || HasAll(now), $"{label}: {path} lists what is not there");
    }

    private bool HasAll(TreeState now) => Current.Files.All(file => file.Key == Manifest || (now.Entries.TryGetValue(file.Key, out var found) && found.SameContents(file.Value)));

    private static bool IsOf(TreeState version, string path, FileFacts found) => version.Entries.TryGetValue(path, out var expected) && expected.SameContents(found);
}

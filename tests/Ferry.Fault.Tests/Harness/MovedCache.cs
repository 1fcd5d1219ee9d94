using Ferry.Testing;

namespace Ferry.Fault.Tests.Harness;

/// <summary>One user who moves the source of one cache, again and again from the same beginning.</summary>
internal sealed class MovedCache : IDisposable
{
    private readonly string _text;
    private TreeState? _original;

    public MovedCache()
    {
        Cache = new StagedCache("jobs: 1");
        _text = $"# mine\nversion: 1\nscratch: \"{Cache.Scratch}\"\ncaches:\n  # the hub\n  {StagedCache.Variable}: {{ source: {Old} }}  # big\ntransfer: {{ jobs: 1 }}\n";
    }

    /// <summary>The user; <c>source</c> is what is moved.</summary>
    public StagedCache Cache { get; }

    public string Old => Cache.Tree["source"];

    public string New => Cache.Tree["new"];

    /// <summary>The command that moves it.</summary>
    public string[] Command => ["migrate", StagedCache.Variable, "--to", New, "--yes"];

    /// <summary>Takes what <c>source</c> holds now for the beginning of every round.</summary>
    public void Save()
    {
        Tool.Run("cp", ["-a", Old, Cache.Tree["original"]]).OrThrow();
        _original = TreeState.Of(Cache.Tree["original"]);
    }

    /// <summary>Back to the beginning.</summary>
    public void Restore()
    {
        Tool.Run("rm", ["-rf", Old, New, Cache.Tree["home/.local"]]).OrThrow();
        Tool.Run("cp", ["-a", Cache.Tree["original"], Old]).OrThrow();
        Cache.Tree.Write("home/.config/ferry/config.yaml", _text);
    }

    /// <summary>Fails unless the configuration says the old or the new place, and all of the tree is there.</summary>
    /// <returns>Whether it is the new one.</returns>
    public bool AssertOldOrNewInForce(string round)
    {
        var text = Cache.Tree.ReadText("home/.config/ferry/config.yaml");
        var isNew = text == _text.Replace($"source: {Old} ", $"source: {New} ", StringComparison.Ordinal);
        Assert.True(isNew || text == _text, $"{round}: the configuration is neither the old nor the new one:\n{text}");
        Assert.True(Invariants.IsComplete(TreeState.Of(isNew ? New : Old), _original!), $"{round}: what is in force ({(isNew ? "new" : "old")}) is not complete");
        return isNew;
    }

    /// <summary>Fails unless the move is done and nothing of it is left over.</summary>
    public void AssertMoved(ToolResult result, string round)
    {
        Assert.True(result.ExitCode == 0, $"{round}: {result}");
        Assert.True(AssertOldOrNewInForce(round), $"{round}: the old directory is in force: {result}");
        var differences = RsyncOracle.Differences(Cache.Tree["original"], New);
        Assert.True(differences is [], $"{round}: {string.Join('\n', differences)}");
        Assert.False(Path.Exists(Old), $"{round}: the old directory is still there");
        var state = Directory.GetFiles(Cache.Tree["home/.local/state/ferry/migrations"]).Select(Path.GetFileName).Where(name => !name!.StartsWith('.'));
        Assert.Equal([StagedCache.Variable + ".lock"], state);
    }

    public void Dispose() => Cache.Dispose();
}

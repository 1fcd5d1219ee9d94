using System.Text.Json;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Commands;

/// <summary>What commands leave in the history, and what they must not.</summary>
public sealed class HistoryTests : IDisposable
{
    private const string Log = "home/.local/state/ferry/history.jsonl";

    private readonly FerryUser _user = new();

    public HistoryTests()
    {
        _user.Tree.Write("source/model", "weights");
        _user.ConfigureCaches([("CACHE", _user.Tree["source"]), ("MISSING", _user.Tree["nowhere"])]);
        _user.Env["SLURM_JOB_ID"] = "4711";
    }

    public void Dispose() => _user.Dispose();

    [RequiresFact("ferry")]
    public void A_sync_is_recorded_with_its_job()
    {
        Assert.Equal(1, _user.Run("sync").ExitCode);
        var lines = File.ReadAllLines(_user.Tree[Log]).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(["CACHE synced 1", "MISSING failed 0"], lines.Select(line =>
            $"{line.GetProperty("cache").GetString()} {line.GetProperty("outcome").GetString()} {line.GetProperty("files").GetInt64()}").Order());
        Assert.All(lines, line =>
        {
            Assert.Equal("sync", line.GetProperty("command").GetString());
            Assert.Equal("4711", line.GetProperty("job").GetString());
            Assert.Equal(FerryBinary.Run(["--version"]).Lines[0], line.GetProperty("version").GetString());
        });
    }

    [RequiresFact("ferry")]
    public void It_is_where_XDG_STATE_HOME_says()
    {
        _user.Env["XDG_STATE_HOME"] = _user.Tree["state"];
        _user.Run("sync", "--var", "CACHE").OrThrow();
        Assert.True(_user.Tree.Exists("state/ferry/history.jsonl"));
        Assert.False(_user.Tree.Exists("home/.local"));
    }

    [RequiresFact("ferry", "strace")]
    public void A_fresh_sync_does_not_even_look_at_it()
    {
        _user.Run("sync", "--var", "CACHE").OrThrow();
        var trace = Tool.Run(
            "strace", ["-f", "-e", "trace=%file", FerryBinary.Path, "sync", "--var", "CACHE"],
            new ToolOptions { CleanEnv = true, Env = new Dictionary<string, string?> { ["HOME"] = _user.Home } }).OrThrow();
        Assert.Contains(".CACHE.synced", trace.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain(".local", trace.Stderr, StringComparison.Ordinal);
        Assert.Single(File.ReadAllLines(_user.Tree[Log]));
    }

    [RequiresFact("ferry")]
    public void A_dry_run_leaves_nothing()
    {
        _user.Run("sync", "--dry-run");
        Assert.False(_user.Tree.Exists("home/.local"));
    }

    [RequiresFact("ferry")]
    public void That_it_cannot_be_written_fails_no_sync()
    {
        _user.Tree.Write("home/.local", "a file in the directory's place");
        var sync = _user.Run("sync", "--var", "CACHE").OrThrow();
        Assert.Contains("export CACHE=", sync.Text, StringComparison.Ordinal);
    }
}

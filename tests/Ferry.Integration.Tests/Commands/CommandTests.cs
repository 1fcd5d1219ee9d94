using System.Text.Json;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Commands;

/// <summary>The commands around a sync, from an empty home to a shell that uses the staged caches.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly FerryUser _user = new();

    public CommandTests()
    {
        _user.Env["SCRATCH"] = _user.Scratch;
        _user.Tree.Write("home/.cache/huggingface/hub/model", "weights");
        _user.Tree.Write("home/.cache/torch/checkpoint", "more weights");
    }

    public void Dispose() => _user.Dispose();

    [RequiresFact("ferry")]
    public void Init_finds_the_caches_and_a_sync_stages_them()
    {
        var init = _user.Run("init", "--yes").OrThrow();
        Assert.Contains("HF_HOME", init.Text + init.Stderr, StringComparison.Ordinal);
        var sync = _user.Run("sync").OrThrow();
        Assert.Contains($"export HF_HOME={_user.Scratch}/.cache/ferry/HF_HOME", sync.Lines);
        Assert.Contains($"export TORCH_HOME={_user.Scratch}/.cache/ferry/TORCH_HOME", sync.Lines);
        Assert.Equal("weights", File.ReadAllText(_user.Exported(sync, "HF_HOME") + "/hub/model"));
    }

    [RequiresFact("ferry")]
    public void Init_replaces_nothing_unless_told_and_then_keeps_the_old_file()
    {
        _user.Configure("version: 1\n# mine\n");
        var refused = _user.Run("init", "--yes");
        Assert.Equal(2, refused.ExitCode);
        Assert.Equal("version: 1\n# mine\n", _user.Tree.ReadText("home/.config/ferry/config.yaml"));
        _user.Run("init", "--yes", "--force").OrThrow();
        Assert.Equal("version: 1\n# mine\n", _user.Tree.ReadText("home/.config/ferry/config.yaml.bak"));
    }

    [RequiresFact("ferry")]
    public void Status_tells_of_a_staged_file_that_a_job_wrote_to_in_place()
    {
        _user.Run("init", "--yes").OrThrow();
        var sync = _user.Run("sync").OrThrow();
        File.AppendAllText(_user.Exported(sync, "HF_HOME") + "/hub/model", " of a job");
        var status = _user.Run("status").OrThrow().Text;
        Assert.Contains("fresh, 1 changed on scratch", status, StringComparison.Ordinal);
    }

    [RequiresFact("ferry")]
    public void Init_writes_nothing_without_a_yes()
    {
        var result = _user.Run("init");
        Assert.Equal(2, result.ExitCode);
        Assert.False(_user.Tree.Exists("home/.config"));
    }

    [RequiresTheory("ferry")]
    [InlineData("022", "755")]
    [InlineData("027", "750")]
    [InlineData("077", "700")]
    public void What_is_made_in_the_home_follows_the_umask(string umask, string mode)
    {
        WithUmask(umask, "init", "--yes").OrThrow();
        WithUmask(umask, "self-install").OrThrow();
        foreach (var directory in new[] { "home/.config", "home/.local", "home/.local/bin" })
            Assert.Equal(mode, Tool.Run("stat", ["-c", "%a", _user.Tree[directory]]).OrThrow().Text.TrimEnd('\n'));
        Assert.Equal("", Tool.Run("find", [_user.Home, "-perm", "/022", "!", "-type", "l"]).OrThrow().Text);
    }

    [RequiresTheory("ferry", "rsync")]
    [InlineData("000")]
    [InlineData("077")]
    [InlineData("0777")]
    public void Staged_files_have_their_sources_modes_whatever_the_umask(string umask)
    {
        _user.Tree.Chmod("home/.cache/torch/checkpoint", "664");
        _user.Tree.Chmod("home/.cache/torch", "2775");
        _user.ConfigureCaches([("TORCH_HOME", _user.Home + "/.cache/torch")]);
        WithUmask(umask, "sync").OrThrow();
        Assert.Empty(RsyncOracle.Differences(_user.Home + "/.cache/torch", $"{_user.Scratch}/.cache/ferry/TORCH_HOME"));
        Assert.Equal("", Tool.Run("find", [$"{_user.Scratch}/.cache", "-maxdepth", "2", "-name", ".*", "-perm", "/077"]).OrThrow().Text);
    }

    [RequiresFact("ferry")]
    public void Status_tells_what_is_fresh_purged_changed_and_missing()
    {
        _user.ConfigureCaches(
            [("FRESH", _user.Home + "/.cache/huggingface"), ("PURGED", _user.Home + "/.cache/torch"), ("NO_SOURCE", _user.Tree["nowhere"])]);
        Assert.All(Conditions().Where(pair => pair.Key != "NO_SOURCE"), pair => Assert.NotEqual("fresh", pair.Value));
        Assert.Equal(1, _user.Run("sync").ExitCode);
        File.Delete($"{_user.Scratch}/.cache/ferry/PURGED/checkpoint");

        var conditions = Conditions();
        Assert.Equal("fresh", conditions["FRESH"]);
        Assert.NotEqual("fresh", conditions["PURGED"]);
        Assert.NotEqual("fresh", conditions["NO_SOURCE"]);
        var text = _user.Run("status").OrThrow();
        Assert.All(conditions.Keys, name => Assert.Contains(name, text.Text, StringComparison.Ordinal));
    }

    [RequiresFact("ferry")]
    public void A_dry_run_leaves_the_shell_as_it_is_even_where_a_cache_is_fresh()
    {
        _user.Run("init", "--yes").OrThrow();
        _user.Run("sync").OrThrow();
        Assert.Empty(_user.Run("sync", "--dry-run").OrThrow().Text);
    }

    [RequiresFact("ferry")]
    public void Status_changes_nothing()
    {
        _user.ConfigureCaches([("CACHE", _user.Home + "/.cache/torch")]);
        BadInput.Refusal.Snapshot(_user.Tree.Path);
        var before = BadInput.Refusal.Snapshot(_user.Tree.Path);
        _user.Run("status").OrThrow();
        _user.Run("sync", "--dry-run").OrThrow();
        Assert.Equal(before, BadInput.Refusal.Snapshot(_user.Tree.Path));
    }

    [RequiresFact("ferry")]
    public void Config_shows_each_value_with_its_origin()
    {
        _user.ConfigureCaches([("CACHE", "/project/cache")], "transfer: { jobs: 7 }\n");
        var shown = _user.Run("config", "show").OrThrow();
        Assert.Contains(shown.Lines, line => line.StartsWith("transfer.jobs ", StringComparison.Ordinal)
            && line.Contains(" 7 ", StringComparison.Ordinal) && line.Contains("config.yaml:5:19", StringComparison.Ordinal));
        Assert.Contains(shown.Lines, line => line.StartsWith("transfer.engine ", StringComparison.Ordinal) && line.EndsWith("default", StringComparison.Ordinal));
        Assert.Equal(_user.Home + "/.config/ferry/config.yaml\n", _user.Run("config", "path").OrThrow().Text);
    }

    [RequiresTheory("ferry", "zsh", "fish", "tcsh")]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void The_function_of_shell_init_points_the_shell_at_the_staged_caches(string shell)
    {
        _user.ConfigureCaches([("HF_HOME", _user.Home + "/.cache/huggingface")]);
        var function = _user.Run("shell-init", "--shell", shell).OrThrow().Text;
        var env = new Dictionary<string, string?>(_user.Env) { ["HOME"] = _user.Home };
        var after = Shells.EnvironmentAfter(shell, $"{function}\nef", env);
        Assert.Equal($"{_user.Scratch}/.cache/ferry/HF_HOME", System.Text.Encoding.UTF8.GetString(after["HF_HOME"]));
    }

    [RequiresFact("ferry")]
    public void An_installed_copy_runs()
    {
        _user.Run("self-install", "--prefix", _user.Tree["prefix"]).OrThrow();
        var version = Tool.Run(_user.Tree["prefix/bin/ferry"], ["--version"]).OrThrow();
        Assert.Equal(FerryBinary.Run(["--version"]).OrThrow().Text, version.Text);
    }

    private Dictionary<string, string> Conditions()
    {
        using var json = JsonDocument.Parse(_user.Run("status", "--json").OrThrow().Stdout);
        return json.RootElement.GetProperty("caches").EnumerateArray()
            .ToDictionary(cache => cache.GetProperty("name").GetString()!, cache => cache.GetProperty("condition").GetString()!);
    }

    private ToolResult WithUmask(string umask, params string[] args) => Tool.Run(
        "bash", ["-c", $"umask {umask}; exec \"$0\" \"$@\"", FerryBinary.Path, .. args],
        new ToolOptions { CleanEnv = true, Env = new Dictionary<string, string?> { ["HOME"] = _user.Home, ["SCRATCH"] = _user.Scratch } });
}

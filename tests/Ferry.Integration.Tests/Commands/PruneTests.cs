using System.Text.Json;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Commands;

/// <summary><c>ferry prune</c> as users call it.</summary>
public sealed class PruneTests : IDisposable
{
    private readonly FerryUser _user = new();

    public PruneTests()
    {
        foreach (var name in new[] { "HF_HOME", "TORCH_HOME", "PIP_CACHE_DIR" })
        {
            _user.Tree.WriteRandom($"{name}/model", 100_000, name.Length);
            _user.Tree.WriteRandom($"{name}/a/b/small", 1000, name.Length);
        }

        _user.ConfigureCaches([("HF_HOME", _user.Tree["HF_HOME"]), ("TORCH_HOME", _user.Tree["TORCH_HOME"]), ("PIP_CACHE_DIR", _user.Tree["PIP_CACHE_DIR"])]);
        _user.Run("sync").OrThrow();
        SetLastUse("HF_HOME", TimeSpan.FromDays(3));
        SetLastUse("TORCH_HOME", TimeSpan.FromDays(9));
        SetLastUse("PIP_CACHE_DIR", TimeSpan.FromDays(6));
    }

    private string Root => Path.Combine(_user.Scratch, ".cache/ferry");

    [RequiresFact("ferry")]
    public void A_budget_removes_what_was_used_longest_ago_and_no_more_than_needed()
    {
        var result = _user.Run("prune", "--max", "150kB", "--yes");
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(["HF_HOME"], StagedCaches());
        Assert.Contains("TORCH_HOME     removed: 2 files", result.Stderr, StringComparison.Ordinal);
    }

    [RequiresFact("ferry")]
    public void An_age_removes_all_that_was_not_used_for_so_long()
    {
        _user.Run("prune", "--older-than", "5d", "--yes").OrThrow();
        Assert.Equal(["HF_HOME"], StagedCaches());
    }

    [RequiresFact("ferry")]
    public void A_dry_run_says_it_all_and_removes_nothing()
    {
        var result = _user.Run("prune", "--max", "0", "--dry-run").OrThrow();
        Assert.Equal(["HF_HOME", "PIP_CACHE_DIR", "TORCH_HOME"], StagedCaches());
        Assert.Contains("303 kB to remove; 0 B stay.", result.Text, StringComparison.Ordinal);
    }

    [RequiresFact("ferry")]
    public void An_export_counts_as_use()
    {
        _user.Run("sync", "--var", "TORCH_HOME").OrThrow();
        _user.Run("prune", "--max", "0", "--yes").OrThrow();
        Assert.Equal(["TORCH_HOME"], StagedCaches());
    }

    [RequiresFact("ferry")]
    public void What_was_pruned_is_staged_again()
    {
        _user.Run("prune", "--older-than", "0s", "--yes").OrThrow();
        Assert.Empty(StagedCaches());
        _user.Run("sync").OrThrow();
        Assert.Empty(RsyncOracle.Differences(_user.Tree["HF_HOME"], Path.Combine(Root, "HF_HOME")));
    }

    [RequiresTheory("ferry")]
    [InlineData("echo new > \"$1/new\"")]
    [InlineData("echo more >> \"$1/model\"")]
    [InlineData("ln -s nowhere \"$1/link\"")]
    [InlineData("mkdir -p \"$1/deep/er\"; echo x > \"$1/deep/er/f\"")]
    [InlineData("touch -d '2001-01-01' \"$1/a/b/older\"")]
    [InlineData("cp \"$1/model\" \"$1/n\"; mv \"$1/n\" \"$1/model\"; echo x | dd of=\"$1/model\" conv=notrunc status=none")]
    public void What_was_not_pushed_is_kept(string change)
    {
        Tool.Bash(change, Path.Combine(Root, "TORCH_HOME")).OrThrow();
        var result = _user.Run("prune", "--older-than", "5d", "--yes");
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(["HF_HOME", "TORCH_HOME"], StagedCaches());
        Assert.Contains("run 'ferry push'", result.Text, StringComparison.Ordinal);
        _user.Run("push", "--var", "TORCH_HOME").OrThrow();
        SetLastUse("TORCH_HOME", TimeSpan.FromDays(9));
        _user.Run("prune", "--older-than", "5d", "--yes").OrThrow();
        Assert.Equal(["HF_HOME"], StagedCaches());
    }

    [RequiresFact("ferry")]
    public void A_cache_whose_source_is_gone_is_kept_for_scratch_may_have_the_only_copy()
    {
        Directory.Move(_user.Tree["TORCH_HOME"], _user.Tree["away"]);
        var result = _user.Run("prune", "--older-than", "5d", "--yes").OrThrow();
        Assert.Equal(["HF_HOME", "TORCH_HOME"], StagedCaches());
        Assert.Contains("does not exist", result.Text, StringComparison.Ordinal);
    }

    [RequiresTheory("ferry")]
    [InlineData("cd \"$1\"; touch \"$2\"; exec sleep 60", "works in it")]
    [InlineData("exec 3<\"$1/model\"; touch \"$2\"; exec sleep 60", "has a file open in it")]
    [InlineData("export TORCH_HOME=\"$1\"; touch \"$2\"; exec sleep 60", "was started with TORCH_HOME")]
    [InlineData("export TORCH_HOME=\"$1/a/b\"; touch \"$2\"; exec sleep 60", "was started with TORCH_HOME")]
    public void A_cache_that_a_process_uses_is_kept_and_the_process_named(string use, string reason)
    {
        var ready = _user.Tree["ready"];
        using var user = RunningTool.Start("bash", ["-c", use, "bash", Path.Combine(Root, "TORCH_HOME"), ready], new ToolOptions());
        while (!File.Exists(ready) && !user.HasExited) Thread.Sleep(5);
        var result = _user.Run("prune", "--older-than", "5d", "--yes").OrThrow();
        user.Kill();
        Assert.Equal(["HF_HOME", "TORCH_HOME"], StagedCaches());
        Assert.Contains(reason, result.Text, StringComparison.Ordinal);
    }

    [RequiresFact("ferry")]
    public void A_cache_that_is_no_longer_configured_is_pruned_too()
    {
        _user.ConfigureCaches([("HF_HOME", _user.Tree["HF_HOME"])]);
        _user.Run("prune", "--older-than", "5d", "--yes").OrThrow();
        Assert.Equal(["HF_HOME"], StagedCaches());
    }

    [RequiresFact("ferry")]
    public void Without_a_terminal_nothing_is_removed_unless_told_to()
    {
        var result = _user.Run("prune", "--older-than", "5d");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--yes", result.Stderr, StringComparison.Ordinal);
        Assert.Equal(3, StagedCaches().Length);
    }

    [RequiresFact("ferry")]
    public void The_report_for_programs_has_every_cache_and_why()
    {
        var json = JsonDocument.Parse(_user.Run("prune", "--max", "150kB", "--yes", "--json").OrThrow().Text).RootElement;
        var caches = json.GetProperty("caches").EnumerateArray().ToDictionary(cache => cache.GetProperty("name").GetString()!);
        Assert.Equal("removed", caches["TORCH_HOME"].GetProperty("outcome").GetString());
        Assert.Equal(101_000, caches["TORCH_HOME"].GetProperty("removed_bytes").GetInt64());
        Assert.Equal("within-budget", caches["HF_HOME"].GetProperty("verdict").GetString());
    }

    [RequiresTheory("ferry")]
    [InlineData]
    [InlineData("--max", "lots")]
    [InlineData("--max", "-1")]
    [InlineData("--older-than", "yesterday")]
    [InlineData("--older-than", "-3d")]
    [InlineData("--max", "1GB", "TORCH_HOME")]
    public void Limits_that_are_none_are_refused(params string[] limits)
    {
        var result = _user.Run(["prune", "--yes", .. limits]);
        Assert.Equal(2, result.ExitCode);
        Assert.Single(result.Stderr.TrimEnd('\n').Split('\n'));
        Assert.Equal(3, StagedCaches().Length);
    }

    public void Dispose() => _user.Dispose();

    private string[] StagedCaches() => [.. Directory.GetDirectories(Root).Select(static path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    /// <summary>As if the cache had last been synced and exported so long ago.</summary>
    private void SetLastUse(string name, TimeSpan ago)
    {
        var then = DateTimeOffset.UtcNow - ago;
        File.SetLastWriteTimeUtc(Path.Combine(Root, $".{name}.used"), then.UtcDateTime);
        var marker = Path.Combine(Root, $".{name}.synced");
        var text = File.ReadAllText(marker);
        var end = text.IndexOf(',', StringComparison.Ordinal);
        File.WriteAllText(marker, $"{{\"synced_at\": {then.ToUnixTimeSeconds()}{text[end..]}");
    }
}

using System.Text.Json;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Commands;

/// <summary><c>ferry verify</c> as users call it.</summary>
public sealed class VerifyTests : IDisposable
{
    private readonly FerryUser _user = new();

    public VerifyTests()
    {
        for (var i = 0; i < 40; i++)
        {
            _user.Tree.WriteRandom($"source/d{i % 4}/f{i}", 2000 + i, i);
        }

        _user.Tree.Symlink("source/link", "d0/f0");
        _user.ConfigureCaches([("HF_HOME", _user.Tree["source"])]);
        _user.Run("sync").OrThrow();
    }

    private string Staged => Path.Combine(_user.Scratch, ".cache/ferry/HF_HOME");

    [RequiresFact("ferry")]
    public void What_is_as_it_was_copied_is_good()
    {
        var result = _user.Run("verify");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("good: 41 files", result.Stderr, StringComparison.Ordinal);
        Assert.Empty(result.Stdout);
    }

    [RequiresFact("ferry")]
    public void Other_bytes_under_the_old_size_and_time_are_found_and_named()
    {
        ChangeSilently("d1/f5");
        var result = _user.Run("verify");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"{Staged}/d1/f5: does not have the bytes that were copied", result.Stderr, StringComparison.Ordinal);
        Assert.Equal(0, _user.Run("sync").ExitCode);
    }

    [RequiresFact("ferry")]
    public void A_repair_fetches_what_is_wrong_and_nothing_else()
    {
        ChangeSilently("d1/f5");
        File.Delete(Path.Combine(Staged, "d2/f2"));
        Tool.Bash("ln -sfn elsewhere \"$1/link\"; touch -h -r \"$2\" \"$1/link\"", Staged, _user.Tree["source/link"]).OrThrow();
        var json = JsonDocument.Parse(_user.Run("verify", "--repair", "--json").OrThrow().Text).RootElement.GetProperty("caches")[0];
        Assert.Equal("repaired", json.GetProperty("outcome").GetString());
        Assert.Equal(3, json.GetProperty("wrong_files").GetInt64());
        Assert.Equal(3, json.GetProperty("fetched_files").GetInt64());
        Assert.Equal(0, _user.Run("verify").ExitCode);
        Assert.Empty(RsyncOracle.Differences(_user.Tree["source"], Staged));
    }

    [RequiresFact("ferry")]
    public void The_parts_of_a_sample_are_together_all_files_and_each_file_once()
    {
        var files = Enumerable.Range(1, 5).Select(part =>
            JsonDocument.Parse(_user.Run("verify", "--sample", $"{part}/5", "--json").OrThrow().Text).RootElement.GetProperty("caches")[0].GetProperty("files").GetInt64()).ToList();
        Assert.Equal(41, files.Sum());
        Assert.All(files, count => Assert.InRange(count, 1, 30));
    }

    [RequiresFact("ferry")]
    public void A_file_that_a_job_changed_is_counted_and_not_called_wrong()
    {
        File.AppendAllText(Path.Combine(Staged, "d1/f5"), "more");
        var result = _user.Run("verify");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("1 changed on scratch, not compared", result.Stderr, StringComparison.Ordinal);
    }

    [RequiresFact("ferry")]
    public void A_wrong_file_that_the_source_no_longer_has_cannot_be_repaired_and_says_so()
    {
        ChangeSilently("d1/f5");
        File.Delete(_user.Tree["source/d1/f5"]);
        var result = _user.Run("verify", "--repair");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("d1/f5", result.Stderr, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Staged, "d1/f5")));
    }

    [RequiresFact("ferry")]
    public void A_repair_that_was_ended_before_its_last_step_is_finished()
    {
        File.Delete(Path.Combine(_user.Scratch, ".cache/ferry/.HF_HOME.synced"));
        var result = _user.Run("verify", "--repair").OrThrow();
        Assert.Contains("finishing it", result.Stderr, StringComparison.Ordinal);
        Assert.Contains("fresh: 41 files", _user.Run("sync").OrThrow().Stderr, StringComparison.Ordinal);
    }

    [RequiresFact("ferry")]
    public void Nothing_staged_is_an_error_for_a_named_cache_only()
    {
        Directory.Delete(Path.Combine(_user.Scratch, ".cache"), recursive: true);
        Assert.Equal(0, _user.Run("verify").ExitCode);
        Assert.Equal(1, _user.Run("verify", "--var", "HF_HOME").ExitCode);
    }

    [RequiresTheory("ferry")]
    [InlineData("0/3")]
    [InlineData("4/3")]
    [InlineData("1")]
    [InlineData("1/")]
    [InlineData("/2")]
    [InlineData("-1/2")]
    [InlineData("1/99999999999999999999")]
    [InlineData("a/b")]
    public void A_sample_that_is_none_is_refused(string sample)
    {
        var result = _user.Run("verify", "--sample", sample);
        Assert.Equal(2, result.ExitCode);
        Assert.Single(result.Stderr.TrimEnd('\n').Split('\n'));
        Assert.Contains("--sample must be N/T", result.Stderr, StringComparison.Ordinal);
    }

    public void Dispose() => _user.Dispose();

    private void ChangeSilently(string path) => Tool.Bash(
        "touch -r \"$1\" \"$2\"; printf X | dd of=\"$1\" conv=notrunc status=none; touch -r \"$2\" \"$1\"",
        Path.Combine(Staged, path), _user.Tree["reference"]).OrThrow();
}

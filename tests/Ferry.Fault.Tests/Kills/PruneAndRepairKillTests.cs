using System.Diagnostics;
using Ferry.Fault.Tests.Harness;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Kills;

/// <summary>
/// SIGKILL while staged caches are removed, and while wrong files are fetched again: the source is never touched, nothing incomplete is
/// taken for fresh, and the same command again finishes.
/// </summary>
public sealed class PruneAndRepairKillTests(ITestOutputHelper output)
{
    private const int ExitCodeOfKill = 128 + 9;
    private const string JobsFile = "made-by-a-job";
    private static readonly string[] s_prune = ["prune", "--older-than", "0s", "--yes"];
    private static readonly string[] s_repair = ["verify", "--repair"];

    [RequiresFact("ferry", "rsync")]
    public void A_prune_killed_at_any_instant_is_finished_by_the_same_command()
    {
        using var cache = Staged(LongRun.Count(1000, 4000));
        var source = TreeState.Of(cache.Tree["source"]);
        KillAtRandom(seed: 11, LongRun.Count(20, 300), cache, s_prune, (killed, label) =>
        {
            AssertSourceIs(source, cache, label);
            Assert.True(!File.Exists(cache.Marker) || Invariants.IsComplete(TreeState.Of(cache.Staged), source), $"{label}: marked, but incomplete");
            AssertPruned(cache, cache.Run(s_prune), label);
            AssertSourceIs(source, cache, label);
        });
    }

    [RequiresFact("ferry", "rsync")]
    public void A_cache_whose_prune_was_killed_is_staged_again_by_a_sync()
    {
        using var cache = Staged(LongRun.Count(1000, 4000));
        KillAtRandom(seed: 12, LongRun.Count(5, 60), cache, s_prune, (killed, label) =>
        {
            var result = cache.Run("sync");
            Assert.True(result.ExitCode == 0, $"{label}: {result}");
            cache.AssertExport(result, expected: true, label);
            cache.AssertComplete(label);
        });
    }

    [RequiresFact("ferry", "strace", "rsync")]
    public void A_prune_killed_before_any_call_is_finished_by_the_same_command()
    {
        using var cache = new StagedCache("jobs: 1");
        SmallTree.WriteFirst(cache);
        cache.Run("sync").OrThrow();
        cache.Save();
        var source = TreeState.Of(cache.Tree["source"]);
        KillBeforeEachCall(cache, 30, s_prune, (killed, label) =>
        {
            AssertSourceIs(source, cache, label);
            AssertPruned(cache, cache.Run(s_prune), label);
        });
    }

    [RequiresFact("ferry", "rsync")]
    public void A_repair_killed_at_any_instant_is_finished_by_the_same_command()
    {
        using var cache = Staged(LongRun.Count(1000, 4000));
        var source = TreeState.Of(cache.Tree["source"]);
        KillAtRandom(seed: 13, LongRun.Count(20, 300), cache, s_repair, (killed, label) =>
        {
            AssertSourceIs(source, cache, label);
            var result = cache.Run(s_repair);
            Assert.True(result.ExitCode == 0, $"{label}: {result}");
            cache.AssertComplete(label);
        }, Damage);
    }

    [RequiresFact("ferry", "strace", "rsync")]
    public void A_repair_killed_before_any_call_is_finished_by_the_same_command()
    {
        using var cache = new StagedCache("jobs: 1");
        SmallTree.WriteFirst(cache);
        cache.Run("sync").OrThrow();
        Damage(cache, new Random(5));
        cache.Save();
        KillBeforeEachCall(cache, 20, s_repair, (killed, label) =>
        {
            var result = cache.Run(s_repair);
            Assert.True(result.ExitCode == 0, $"{label}: {result}");
            cache.AgeLeftovers();
            cache.Run("sync", "--force").OrThrow();
            cache.AssertComplete(label);
        });
    }

    [RequiresFact("ferry")]
    public void What_a_job_has_made_survives_every_prune()
    {
        using var cache = Staged(200);
        File.WriteAllText(Path.Combine(cache.Staged, JobsFile), "the only copy");
        var kept = cache.Run(s_prune);
        Assert.True(kept.ExitCode == 0 && kept.Text.Contains("ferry push", StringComparison.Ordinal), kept.ToString());
        Assert.Equal("the only copy", File.ReadAllText(Path.Combine(cache.Staged, JobsFile)));
        cache.Run("push").OrThrow();
        AssertPruned(cache, cache.Run(s_prune), "after the push");
        Assert.Equal("the only copy", File.ReadAllText(cache.Tree["source/" + JobsFile]));
    }

    private static StagedCache Staged(int files)
    {
        var cache = new StagedCache("jobs: 2");
        new RandomTree(cache.Tree, "source", seed: 9).Add(files);
        cache.Run("sync").OrThrow();
        cache.Save();
        return cache;
    }

    private void KillAtRandom(
        int seed, int kills, StagedCache cache, string[] command, Action<ToolResult, string> check, Action<StagedCache, Random>? prepare = null)
    {
        var random = new Random(seed);
        cache.Restore();
        prepare?.Invoke(cache, random);
        var watch = Stopwatch.StartNew();
        cache.Run(command).OrThrow();
        var wholeRun = watch.Elapsed;
        var hits = 0;
        for (var round = 0; hits < kills; round++)
        {
            Assert.True(round < kills * 3, $"only {hits} of {round} rounds hit a running command");
            cache.Restore();
            prepare?.Invoke(cache, random);
            using var running = cache.Start(command);
            Thread.Sleep(wholeRun * random.NextDouble());
            var killed = running.Kill();
            Assert.True(killed.ExitCode is 0 or ExitCodeOfKill, $"round {round}: {killed}");
            hits += killed.ExitCode == ExitCodeOfKill ? 1 : 0;
            check(killed, $"seed {seed}, round {round}");
        }

        output.WriteLine($"{hits} kills");
    }

    private void KillBeforeEachCall(StagedCache cache, int leastPoints, string[] command, Action<ToolResult, string> check)
    {
        cache.Restore();
        var (whole, calls) = Strace.Run(cache, Strace.ChangingCalls, null, command);
        Assert.True(whole.ExitCode == 0, $"without a kill: {whole}");
        var points = calls.Where(call => call.Thread == 0 && call.Text.Contains(cache.Scratch, StringComparison.Ordinal)).ToList();
        Assert.True(points.Count >= leastPoints, $"only {points.Count} points to kill at");
        foreach (var point in points.Where((_, i) => i % LongRun.Count(4, 1) == 0))
        {
            var label = $"killed before {point.Name} number {point.Number}: {point.Text}";
            cache.Restore();
            var (killed, _) = Strace.Run(cache, Strace.ChangingCalls, $"{point.Name}:signal=KILL:when={point.Number}", command);
            Assert.True(killed.ExitCode == ExitCodeOfKill, $"{label}: not killed: {killed}");
            check(killed, label);
        }

        output.WriteLine($"{points.Count} points");
    }

    /// <summary>Other bytes under the old size and time in some files; others gone.</summary>
    private static void Damage(StagedCache cache, Random random)
    {
        var files = Directory.GetFiles(cache.Staged, "*", SearchOption.AllDirectories)
            .Where(static path => File.ResolveLinkTarget(path, false) is null && new FileInfo(path).Length > 0).Order(StringComparer.Ordinal).ToArray();
        foreach (var path in files.Where(_ => random.Next(10) == 0))
        {
            if (random.Next(3) == 0)
            {
                File.Delete(path);
                continue;
            }

            Tool.Bash("touch -r \"$1\" \"$2\"; chmod u+w \"$1\"; printf X | dd of=\"$1\" conv=notrunc status=none; touch -r \"$2\" \"$1\"", path, cache.Tree["reference"]).OrThrow();
        }
    }

    private static void AssertSourceIs(TreeState expected, StagedCache cache, string label)
    {
        var now = TreeState.Of(cache.Tree["source"]);
        Assert.True(Invariants.IsComplete(now, expected) && now.Entries.Count == expected.Entries.Count, $"{label}: the source was changed");
    }

    private static void AssertPruned(StagedCache cache, ToolResult result, string label)
    {
        Assert.True(result.ExitCode == 0, $"{label}: {result}");
        Assert.False(Directory.Exists(cache.Staged), $"{label}: still staged: {result}");
        Assert.False(File.Exists(cache.Marker) || File.Exists(cache.Manifest) || cache.Journals() is not [], $"{label}: records of what is gone");
    }
}

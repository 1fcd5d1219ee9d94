using System.Diagnostics;
using Ferry.Fault.Tests.Harness;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Pushing;

/// <summary>SIGKILL during a push: nothing of either side is lost, and the same command, or a sync, finishes it.</summary>
public sealed class PushKillTests(ITestOutputHelper output)
{
    private const int ExitCodeOfKill = 128 + 9;

    [RequiresTheory("ferry", "strace", "rsync")]
    [InlineData("scratch")]
    [InlineData("both")]
    [InlineData("source")]
    public void A_push_that_resolves_conflicts_killed_before_any_call_loses_nothing_and_is_continued(string policy)
    {
        using var cache = new StagedCache("jobs: 1");
        var scene = PushScene.Small(cache, withConflicts: true);
        KillAtEveryCall(cache, scene, LongRun.Count(9, 1), label => scene.Finish(label, "push", "--conflict", policy), "push", "--conflict", policy);
    }

    [RequiresFact("ferry", "strace", "rsync")]
    public void A_push_killed_before_any_call_is_finished_by_a_sync()
    {
        using var cache = new StagedCache("jobs: 1");
        var scene = PushScene.Small(cache, withConflicts: false);
        var bySync = 0;
        KillAtEveryCall(cache, scene, LongRun.Count(7, 1), label => bySync += scene.FinishBySync(label) ? 1 : 0, "push");
        Assert.True(bySync > 1, "no push had begun");
        output.WriteLine($"a sync finished {bySync}");
    }

    [RequiresFact("ferry", "strace", "rsync", "fuse")]
    public void A_push_to_a_source_that_cannot_exchange_names_killed_before_any_call_loses_nothing_and_is_continued()
    {
        using var cache = new StagedCache("jobs: 1");
        using var mount = new SlowFs(cache.Tree["source"], more: ["--plain-rename", "1"]);
        cache.Configure("jobs: 1", source: mount.Path);
        var scene = PushScene.Small(cache, withConflicts: true);
        KillAtEveryCall(cache, scene, LongRun.Count(11, 1), label => scene.Finish(label, "push", "--conflict", "scratch"), "push", "--conflict", "scratch");
    }

    [RequiresFact("ferry", "rsync")]
    public void A_push_killed_at_any_instant_loses_nothing_and_is_continued() =>
        KillAtRandom(seed: 11, LongRun.Count(12, 240), isSlow: false);

    [RequiresFact("ferry", "rsync", "fuse")]
    public void A_push_to_a_slow_source_without_unnamed_files_killed_at_any_instant_is_continued() =>
        KillAtRandom(seed: 12, LongRun.Count(4, 60), isSlow: true);

    private void KillAtEveryCall(StagedCache cache, PushScene scene, int step, Action<string> finish, params string[] command)
    {
        scene.Restore();
        var (whole, calls) = Strace.Run(cache, Strace.ChangingCalls, null, command);
        Assert.True(whole.ExitCode == 0, whole.ToString());
        var points = calls.Where(call => call.Thread == 0
            && (call.Text.Contains(cache.Scratch, StringComparison.Ordinal) || call.Text.Contains(cache.Source, StringComparison.Ordinal))).ToList();
        Assert.True(points.Count >= 30, $"only {points.Count} points to kill at");
        var killed = points.Where((_, i) => i % step == 0).ToList();
        foreach (var point in killed)
        {
            var label = $"killed before {point.Name} number {point.Number}: {point.Text}";
            scene.Restore();
            var (result, _) = Strace.Run(cache, Strace.ChangingCalls, $"{point.Name}:signal=KILL:when={point.Number}", command);
            Assert.True(result.ExitCode == ExitCodeOfKill, $"{label}: not killed: {result}");
            scene.CheckWreck(label);
            finish(label);
        }
        output.WriteLine($"killed at {killed.Count} of {points.Count} points");
    }

    private void KillAtRandom(int seed, int kills, bool isSlow)
    {
        using var cache = new StagedCache("jobs: 2");
        using var mount = isSlow ? new SlowFs(cache.Tree["source"], metadataLatency: TimeSpan.FromMicroseconds(100), more: ["--plain-rename", "1"]) : null;
        if (mount is not null) cache.Configure("jobs: 2", source: mount.Path);
        var scene = PushScene.Large(cache, seed, isSlow ? 150 : 600);
        var random = new Random(seed);
        string[] policies = ["both", "newer", "scratch", "source"];
        scene.Restore();
        var watch = Stopwatch.StartNew();
        cache.Run("push", "--conflict", "scratch").OrThrow();
        var wholeRun = watch.Elapsed;
        var (hits, partial) = (0, 0);
        for (var round = 0; hits < kills; round++)
        {
            Assert.True(round < kills * 4, $"only {hits} of {round} rounds hit a running push");
            var policy = policies[round % policies.Length];
            var label = $"seed {seed}, round {round}, {policy}";
            scene.Restore();
            for (var again = random.Next(1, 3); again > 0; again--)
            {
                using var running = cache.Start("push", "--conflict", policy);
                Thread.Sleep(wholeRun * random.NextDouble());
                var result = running.Kill();
                Assert.True(result.ExitCode is 0 or ExitCodeOfKill, $"{label}: {result}");
                scene.CheckWreck(label);
                if (result.ExitCode == 0) continue;
                hits++;
                partial += cache.Journals().Length > 0 ? 1 : 0;
            }
            scene.Finish(label, "push", "--conflict", policy);
        }
        output.WriteLine($"seed {seed}: {hits} kills of a running push, {partial} of them while it pushed");
        Assert.True(partial >= kills / 4, $"only {partial} of {hits} kills met a push that had begun");
    }
}

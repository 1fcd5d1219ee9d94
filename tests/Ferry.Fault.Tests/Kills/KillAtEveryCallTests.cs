using Ferry.Fault.Tests.Harness;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Kills;

/// <summary>
/// SIGKILL right before every system call with which a small sync changes anything: each state that a kill can leave is seen once. With one
/// job, one thread makes all of these calls, in the same order in every run.
/// </summary>
public sealed class KillAtEveryCallTests(ITestOutputHelper output)
{
    private const int ExitCodeOfKill = 128 + 9;

    [RequiresFact("ferry", "strace", "rsync")]
    public void A_first_sync_killed_before_any_call_leaves_whole_files_and_is_continued()
    {
        using var cache = new StagedCache("jobs: 1");
        SmallTree.WriteFirst(cache);
        cache.Save();
        KillAtEveryCall(cache, TreeState.Of(cache.Staged), leastPoints: 80, "sync");
    }

    [RequiresFact("ferry", "strace", "rsync", "fuse")]
    public void A_first_sync_to_a_file_system_without_unnamed_files_is_continued_too()
    {
        using var cache = new StagedCache("jobs: 1");
        SmallTree.WriteFirst(cache);
        cache.Save();
        using var mount = new SlowFs(cache.Tree["scratch"]);
        cache.Configure("jobs: 1", scratch: mount.Path);
        KillAtEveryCall(cache, TreeState.Of(cache.Staged), leastPoints: 80, "sync");
    }

    [RequiresFact("ferry", "strace", "rsync")]
    public void An_update_with_deletion_killed_before_any_call_leaves_old_or_new_files_and_is_continued()
    {
        using var cache = new StagedCache("jobs: 1");
        SmallTree.WriteFirst(cache);
        cache.Run("sync").OrThrow();
        cache.Save();
        var former = TreeState.Of(cache.Staged);
        SmallTree.WriteSecond(cache);
        KillAtEveryCall(cache, former, leastPoints: 50, "sync", "--delete");
    }

    [RequiresFact("ferry", "strace", "rsync")]
    public void A_sync_that_goes_on_after_a_kill_can_itself_be_killed_before_any_call()
    {
        using var cache = new StagedCache("jobs: 1");
        SmallTree.WriteFirst(cache);
        cache.Run("sync").OrThrow();
        var former = TreeState.Of(cache.Staged);
        SmallTree.WriteSecond(cache);
        var (killed, calls) = Strace.Run(cache, Strace.ChangingCalls, "renameat:signal=KILL:when=6", "sync", "--force");
        Assert.True(cache.Journals() is [_], $"{killed}\n{string.Join('\n', calls.Select(call => call.Text))}");
        cache.Save();
        KillAtEveryCall(cache, former, leastPoints: 40, "sync", "--delete");
    }

    /// <summary>From the saved state each time: a kill before call 1, call 2 ... and after it the same command to its end.</summary>
    private void KillAtEveryCall(StagedCache cache, TreeState former, int leastPoints, params string[] command)
    {
        var current = TreeState.Of(cache.Tree["source"]);
        cache.Restore();
        var before = TreeState.Of(cache.Staged);
        var (whole, calls) = Strace.Run(cache, Strace.ChangingCalls, null, command);
        cache.AssertExport(whole, expected: true, "without a kill");
        // The runtime's own start makes such calls too, elsewhere.
        var points = calls.Where(call => call.Thread == 0 && call.Text.Contains(cache.Scratch, StringComparison.Ordinal)).ToList();
        Assert.True(points.Count >= leastPoints, $"only {points.Count} points to kill at");
        foreach (var point in points)
        {
            var label = $"killed before {point.Name} number {point.Number}: {point.Text}";
            cache.Restore();
            var (killed, _) = Strace.Run(cache, Strace.ChangingCalls, $"{point.Name}:signal=KILL:when={point.Number}", command);
            Assert.True(killed.ExitCode == ExitCodeOfKill, $"{label}: not killed: {killed}");
            CheckWreck(cache, killed, before, former, current, label);
            CheckContinuation(cache, current, command, label);
        }
        output.WriteLine($"killed at {points.Count} points");
    }

    private static void CheckWreck(
        StagedCache cache, ToolResult killed, TreeState before, TreeState former, TreeState current, string label)
    {
        var staged = TreeState.Of(cache.Staged);
        Invariants.AssertOldOrNew(staged, label, former, current);
        Invariants.AssertNothingGone(before, staged, current, label);
        cache.AssertExport(killed, expected: false, label);
        if (File.Exists(cache.Marker))
            Assert.True(Invariants.IsComplete(staged, current) || Invariants.IsComplete(staged, former), $"{label}: marked, but incomplete");
    }

    private static void CheckContinuation(StagedCache cache, TreeState current, string[] command, string label)
    {
        var wreck = TreeState.Of(cache.Staged);
        cache.AgeLeftovers();
        var result = cache.Run(command);
        Assert.True(result.ExitCode == 0, $"{label}: the next run: {result}");
        cache.AssertExport(result, expected: true, label);
        cache.AssertComplete(label);
        Assert.True(TreeState.Of(cache.Staged).Entries.Count == current.Entries.Count, $"{label}: something that is gone stayed");
        Assert.True(
            Invariants.CopiedAgain(wreck, TreeState.Of(cache.Staged), current).Length <= StagedCache.UnitEntries, $"{label}: started over");
    }
}

using Ferry.Fault.Tests.Harness;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Kills;

/// <summary>An update, and one that goes on after a kill, is killed before every call: see <see cref="KillAtEveryCall"/>.</summary>
public sealed class UpdateKillTests(ITestOutputHelper output)
{
    [RequiresFact("ferry", "strace", "rsync")]
    public void An_update_with_deletion_killed_before_any_call_leaves_old_or_new_files_and_is_continued()
    {
        using var cache = new StagedCache("jobs: 1");
        SmallTree.WriteFirst(cache);
        cache.Run("sync").OrThrow();
        cache.Save();
        var former = TreeState.Of(cache.Staged);
        SmallTree.WriteSecond(cache);
        KillAtEveryCall.Run(output, cache, former, leastPoints: 60, step: 1, "sync", "--delete");
    }

    [RequiresFact("ferry", "strace", "rsync")]
    public void A_sync_that_goes_on_after_a_kill_can_itself_be_killed_before_any_call()
    {
        using var cache = new StagedCache("jobs: 1");
        SmallTree.WriteFirst(cache);
        cache.Run("sync").OrThrow();
        var former = TreeState.Of(cache.Staged);
        SmallTree.WriteSecond(cache);
        var (killed, calls) = Strace.Run(cache, Strace.ChangingCalls, "renameat2:signal=KILL:when=6", "sync", "--force");
        Assert.True(cache.Journals() is [_], $"{killed}\n{string.Join('\n', calls.Select(call => call.Text))}");
        cache.Save();
        KillAtEveryCall.Run(output, cache, former, leastPoints: 60, step: LongRun.Count(3, 1), "sync", "--delete");
    }

    [RequiresFact("ferry", "strace", "rsync")]
    public void A_source_that_changes_once_more_after_a_kill_is_no_conflict() => SyncAfterKillAnd(static cache =>
    {
        for (var i = 0; i < 20; i += 3)
        {
            cache.Tree.WriteRandom($"source/models/f{i}", 4000 + i, i);
            cache.Tree.SetTime($"source/models/f{i}", 1_700_000_000 + i);
        }
    });

    [RequiresFact("ferry", "strace", "rsync")]
    public void A_source_that_is_restored_to_its_former_version_after_a_kill_is_staged_as_that() => SyncAfterKillAnd(static cache =>
        Tool.Run("rsync", ["-a", cache.Tree["former/"], cache.Tree["source/"]]).OrThrow());

    /// <summary>A kill before the first rename, the second ... of an update; then the source changes; then a sync to its end.</summary>
    private void SyncAfterKillAnd(Action<StagedCache> change)
    {
        var kills = 0;
        for (; ; kills++)
        {
            var label = $"killed before rename {kills + 1}";
            using var cache = new StagedCache("jobs: 1");
            SmallTree.WriteFirst(cache);
            Tool.Run("rsync", ["-aH", cache.Tree["source/"], cache.Tree["former/"]]).OrThrow();
            cache.Run("sync").OrThrow();
            SmallTree.WriteSecond(cache);
            var (killed, _) = Strace.Run(cache, "renameat2", $"renameat2:signal=KILL:when={kills + 1}", "sync", "--delete");
            if (killed.ExitCode == 0) break;
            change(cache);
            cache.AgeLeftovers();
            var result = cache.Run("sync", "--delete");
            Assert.True(result.ExitCode == 0, $"{label}: {result}");
            cache.AssertExport(result, expected: true, label);
            cache.AssertComplete(label);
        }
        output.WriteLine($"{kills} kills");
        Assert.True(kills >= 8, $"only {kills} kills");
    }
}

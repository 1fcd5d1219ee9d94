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
        var (killed, calls) = Strace.Run(cache, Strace.ChangingCalls, "renameat:signal=KILL:when=6", "sync", "--force");
        Assert.True(cache.Journals() is [_], $"{killed}\n{string.Join('\n', calls.Select(call => call.Text))}");
        cache.Save();
        KillAtEveryCall.Run(output, cache, former, leastPoints: 60, step: LongRun.Count(3, 1), "sync", "--delete");
    }
}

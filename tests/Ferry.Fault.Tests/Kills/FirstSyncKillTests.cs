using Ferry.Fault.Tests.Harness;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Kills;

/// <summary>A first sync is killed before every call: see <see cref="KillAtEveryCall"/>.</summary>
public sealed class FirstSyncKillTests(ITestOutputHelper output)
{
    [RequiresFact("ferry", "strace", "rsync")]
    public void A_first_sync_killed_before_any_call_leaves_whole_files_and_is_continued()
    {
        using var cache = new StagedCache("jobs: 1");
        SmallTree.WriteFirst(cache);
        cache.Save();
        KillAtEveryCall.Run(output, cache, TreeState.Of(cache.Staged), leastPoints: 60, step: 1, "sync");
    }

    [RequiresFact("ferry", "strace", "rsync", "fuse")]
    public void A_first_sync_to_a_file_system_without_unnamed_files_is_continued_too()
    {
        using var cache = new StagedCache("jobs: 1");
        SmallTree.WriteFirst(cache);
        cache.Save();
        using var mount = new SlowFs(cache.Tree["scratch"]);
        cache.Configure("jobs: 1", scratch: mount.Path);
        KillAtEveryCall.Run(output, cache, TreeState.Of(cache.Staged), leastPoints: 60, step: LongRun.Count(3, 1), "sync");
    }
}

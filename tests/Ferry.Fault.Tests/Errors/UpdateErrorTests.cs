using Ferry.Fault.Tests.Harness;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Errors;

/// <summary>Every call of an update with deletion fails: see <see cref="FailingCalls"/>.</summary>
public sealed class UpdateErrorTests(ITestOutputHelper output)
{
    [RequiresFact("ferry", "strace", "rsync")]
    public void An_update_with_deletion_survives_any_failing_call()
    {
        using var cache = new StagedCache("jobs: 1");
        FailingCalls.WriteFirst(cache);
        cache.Run("sync").OrThrow();
        cache.Save();
        var former = TreeState.Of(cache.Staged);
        File.Delete(cache.Tree["source/gone"]);
        File.Delete(cache.Tree["source/d/changes"]);
        cache.Tree.WriteRandom("source/d/changes", 9000, 7);
        cache.Tree.SetTime("source/d/changes", 1_600_000_500);
        FailingCalls.FailEveryCall(output, cache, former, seed: 2, "sync", "--delete");
    }
}

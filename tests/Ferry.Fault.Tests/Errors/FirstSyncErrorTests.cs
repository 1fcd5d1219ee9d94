using Ferry.Fault.Tests.Harness;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Errors;

/// <summary>Every call of a first sync fails: see <see cref="FailingCalls"/>.</summary>
public sealed class FirstSyncErrorTests(ITestOutputHelper output)
{
    [RequiresFact("ferry", "strace", "rsync")]
    public void A_first_sync_survives_any_failing_call()
    {
        using var cache = new StagedCache("jobs: 1");
        FailingCalls.WriteFirst(cache);
        cache.Save();
        FailingCalls.FailEveryCall(output, cache, TreeState.Of(cache.Staged), seed: 1, "sync");
    }
}

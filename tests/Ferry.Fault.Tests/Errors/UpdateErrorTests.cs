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

    [RequiresTheory("ferry", "strace", "rsync")]
    [InlineData("EIO")]
    [InlineData("ESTALE")]
    public void A_manifest_that_cannot_be_read_is_not_forgotten(string error)
    {
        using var cache = new StagedCache("jobs: 1");
        FailingCalls.WriteFirst(cache);
        cache.Run("sync").OrThrow();
        File.Delete(cache.Tree["source/gone"]);
        cache.Save();
        var (_, calls) = Strace.Run(cache, "pread64", null, "sync", "--delete");
        cache.Restore();
        var read = calls.First(call => call.Text.Contains(".manifest", StringComparison.Ordinal));
        var (result, _) = Strace.Run(cache, "pread64", $"pread64:error={error}:when={read.Number}", "sync", "--delete");
        Assert.True(result.ExitCode == 1 && result.Stderr.Contains(error, StringComparison.Ordinal), result.ToString());
        cache.AssertExport(result, expected: false, error);
        // What was staged is known still: the file that is gone is removed.
        cache.AssertExport(cache.Run("sync", "--delete").OrThrow(), expected: true, error);
        cache.AssertComplete(error);
    }
}

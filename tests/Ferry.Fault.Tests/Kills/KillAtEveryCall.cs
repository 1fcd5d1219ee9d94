using Ferry.Fault.Tests.Harness;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Kills;

/// <summary>
/// SIGKILL right before every system call with which a small sync changes anything: each state that a kill can leave is seen once. With one
/// job, one thread makes all of these calls, in the same order in every run.
/// </summary>
internal static class KillAtEveryCall
{
    private const int ExitCodeOfKill = 128 + 9;

    /// <summary>From the saved state each time: a kill before call 1, call 2 ... and after it the same command to its end.</summary>
    public static void Run(
        ITestOutputHelper output, StagedCache cache, TreeState former, int leastPoints, int step, params string[] command)
    {
        var current = TreeState.Of(cache.Tree["source"]);
        cache.Restore();
        var before = TreeState.Of(cache.Staged);
        var (whole, calls) = Strace.Run(cache, Strace.ChangingCalls, null, command);
        cache.AssertExport(whole, expected: true, "without a kill");
        // The runtime's own start makes such calls too, elsewhere.
        var points = calls.Where(call => call.Thread == 0 && call.Text.Contains(cache.Scratch, StringComparison.Ordinal)).ToList();
        Assert.True(points.Count >= leastPoints, $"only {points.Count} points to kill at");
        foreach (var point in points.Where((_, i) => i % step == 0))
        {
            var label = $"killed before {point.Name} number {point.Number}: {point.Text}";
            cache.Restore();
            var (killed, _) = Strace.Run(cache, Strace.ChangingCalls, $"{point.Name}:signal=KILL:when={point.Number}", command);
            Assert.True(killed.ExitCode == ExitCodeOfKill, $"{label}: not killed: {killed}");
            CheckWreck(cache, killed, before, former, current, label);
            CheckContinuation(cache, current, command, label);
        }
        output.WriteLine($"killed at {(points.Count + step - 1) / step} of {points.Count} points");
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

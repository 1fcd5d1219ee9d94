using Ferry.Fault.Tests.Harness;
using Ferry.Testing;

namespace Ferry.Fault.Tests.Kills;

/// <summary>The signals of terminals and schedulers: a sync ends cleanly, says so in one line, and the next one goes on.</summary>
public sealed class SignalTests
{
    private const int Jobs = 2;

    [RequiresTheory("ferry", "rsync")]
    [InlineData(1, 129, "SIGHUP")]
    [InlineData(2, 130, "SIGINT")]
    [InlineData(15, 143, "SIGTERM")]
    public void A_signal_ends_a_sync_with_its_exit_code_and_the_next_sync_goes_on(int signal, int exitCode, string name)
    {
        // At this rate the sync takes several seconds: the signal comes in its middle.
        using var cache = new StagedCache($"jobs: {Jobs}, bandwidth_limit: 4MB");
        new RandomTree(cache.Tree, "source", signal).Add(1200);
        var source = TreeState.Of(cache.Tree["source"]);
        for (var round = 0; round < LongRun.Count(1, 20); round++)
        {
            var label = $"{name}, round {round}";
            cache.Clear();
            var result = Interrupt(cache, signal, filesBefore: 100 + (round * 40));
            Assert.True(result.ExitCode == exitCode, $"{label}: {result}");
            Assert.True(result.Stdout.Length == 0, $"{label}: {result}");
            var line = Assert.Single(result.Stderr.TrimEnd('\n').Split('\n'), text => text.Contains("interrupted", StringComparison.Ordinal));
            Assert.Contains(name, line, StringComparison.Ordinal);
            CheckContinuation(cache, source, label);
        }
    }

    private static ToolResult Interrupt(StagedCache cache, int signal, int filesBefore)
    {
        // Whoever starts the tests may ignore signals (nohup, a script's background), and ferry would inherit that.
        using var running = RunningTool.Start(
            "env", ["--default-signal=HUP,INT,TERM", FerryBinary.Path, "sync"], new ToolOptions { CleanEnv = true, Env = cache.Environment });
        while (CountFiles(cache) < filesBefore && !running.HasExited) Thread.Sleep(5);
        running.Signal(signal);
        return running.Wait();
    }

    private static int CountFiles(StagedCache cache) =>
        Directory.Exists(cache.Staged) ? Directory.EnumerateFiles(cache.Staged, "f*", SearchOption.AllDirectories).Count() : 0;

    private static void CheckContinuation(StagedCache cache, TreeState source, string label)
    {
        var interrupted = TreeState.Of(cache.Staged);
        Assert.True(interrupted.Temporaries is [], $"{label}: left over: {string.Join(' ', interrupted.Temporaries)}");
        Assert.False(File.Exists(cache.Marker), $"{label}: marked");
        Invariants.AssertOldOrNew(interrupted, label, source);
        Assert.False(Invariants.IsComplete(interrupted, source), $"{label}: the signal came too late to test anything");
        cache.Configure($"jobs: {Jobs}");
        cache.AssertExport(cache.Run("sync").OrThrow(), expected: true, label);
        cache.Configure($"jobs: {Jobs}, bandwidth_limit: 4MB");
        cache.AssertComplete(label);
        // A sync that is asked to end records what has arrived: nothing at all is copied again.
        Assert.True(Invariants.CopiedAgain(interrupted, TreeState.Of(cache.Staged), source) is [], $"{label}: files were copied again");
    }
}

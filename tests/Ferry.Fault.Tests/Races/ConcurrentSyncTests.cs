using Ferry.Fault.Tests.Harness;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Races;

/// <summary>Many jobs start at once and sync the same cache: with locks that work, that are not there, and that lie.</summary>
public sealed class ConcurrentSyncTests(ITestOutputHelper output)
{
    private const int Processes = 32;

    [RequiresFact("ferry", "rsync")]
    public void Of_many_processes_one_copies_and_all_export()
    {
        for (var round = 0; round < LongRun.Count(2, 20); round++)
        {
            using var cache = new StagedCache();
            new RandomTree(cache.Tree, "source", round).Add(800);
            var label = $"round {round}";
            var reports = SyncAtOnce(cache, null, "--json").ConvertAll(result => SyncReport.Of(result.OrThrow()));
            cache.AssertComplete(label);
            var files = TreeState.Of(cache.Staged).Files.Count();
            Assert.True(reports.TrueForAll(report => report.IsExported), $"{label}: not exported");
            Assert.True(reports.Sum(report => report.CopiedFiles) == files, $"{label}: more than {files} files copied");
            Assert.True(reports.Count(report => report.CopiedFiles > 0) == 1, $"{label}: more than one process copied");
        }
    }

    [RequiresTheory("ferry", "rsync", "cc")]
    [InlineData("ENOSYS")]
    [InlineData("ENOLCK")]
    [InlineData(FlockFault.Granted)]
    public void Without_locks_that_work_many_processes_may_copy_and_none_exports_an_incomplete_tree(string fault)
    {
        var (copiers, refused) = (0, 0);
        var rounds = LongRun.Count(3, 15);
        for (var round = 0; round < rounds; round++)
        {
            using var cache = new StagedCache("jobs: 2");
            var tree = new RandomTree(cache.Tree, "source", round).Add(300);
            if (round % 2 == 1)
            {
                // An update: final names that exist are replaced by several processes at once.
                cache.Run("sync").OrThrow();
                tree.Change(0.5);
            }
            var label = $"{fault}, round {round}";
            var source = TreeState.Of(cache.Tree["source"]);
            var results = SyncAtOnce(cache, fault, "--force");
            foreach (var result in results)
            {
                // One that finds its work undone by the others again and again may give up: it says so, and exports nothing.
                Assert.True(result.ExitCode is 0 or 1, $"{label}: {result}");
                cache.AssertExport(result, expected: result.ExitCode == 0, label);
                refused += result.ExitCode;
                copiers += result.Stderr.Contains("copied", StringComparison.Ordinal) ? 1 : 0;
            }
            Assert.True(results.Any(static result => result.ExitCode == 0), $"{label}: nobody exports");
            Assert.True(Invariants.IsComplete(TreeState.Of(cache.Staged), source), $"{label}: incomplete");
            // What they left is in order again after one more sync.
            cache.Run("sync", "--force").OrThrow();
            cache.AssertComplete(label);
        }
        output.WriteLine($"{fault}: {copiers} of {rounds * Processes} processes copied, {refused} gave up");
        Assert.True(refused <= rounds * Processes / 20, $"{refused} processes gave up");
        Assert.True(copiers > rounds, "the locks worked after all");
    }

    [RequiresFact("ferry", "flock")]
    public void A_job_that_waits_longer_than_lock_timeout_fails_with_a_clear_line()
    {
        using var cache = new StagedCache("lock_timeout: 1s");
        cache.Tree.Write("source/file", "x");
        cache.Tree.MakeDirectory("scratch/.cache/ferry");
        cache.Tree.Chmod("scratch/.cache", "700");
        cache.Tree.Chmod("scratch/.cache/ferry", "700");
        using var holder = HoldLock(cache);
        var result = cache.Run("sync");
        Assert.Equal(1, result.ExitCode);
        cache.AssertExport(result, expected: false, "held lock");
        Assert.Contains("another process has been syncing it for 1 s", result.Stderr, StringComparison.Ordinal);
        Assert.Contains("lock_timeout", result.Stderr, StringComparison.Ordinal);
    }

    [RequiresFact("ferry", "rsync", "flock")]
    public void A_job_whose_turn_comes_in_time_syncs()
    {
        using var cache = new StagedCache("lock_timeout: 60s");
        cache.Tree.Write("source/file", "x");
        cache.Run("sync").OrThrow();
        cache.Tree.Write("source/new", "y");
        using var holder = HoldLock(cache);
        using var waiting = cache.Start("sync", "--force");
        Thread.Sleep(200);
        Assert.False(File.Exists(Path.Combine(cache.Staged, "new")), "synced in spite of the lock");
        holder.Kill();
        cache.AssertExport(waiting.Wait().OrThrow(), expected: true, "released lock");
        cache.AssertComplete("released lock");
    }

    [RequiresTheory("ferry", "cc")]
    [InlineData("sync")]
    [InlineData("push")]
    public void A_lock_that_never_answers_can_be_interrupted(string command)
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/file", "x");
        cache.Run("sync").OrThrow();
        File.WriteAllText(Path.Combine(cache.Staged, "file"), "by a job");
        cache.Tree.Write("source/new", "y");
        using var waiting = FlockFault.Start(cache, FlockFault.Hangs, command, command == "sync" ? "--force" : "--conflict=both");
        // The lock file is open once it waits. The first signal asks it to end, the second makes it.
        while (!Tool.Run("ls", ["-l", $"/proc/{waiting.Id}/fd"]).Text.Contains(".lock\n", StringComparison.Ordinal)) Thread.Sleep(2);
        for (; !waiting.HasExited; Thread.Sleep(20)) waiting.Signal(15);
        var result = waiting.Wait();
        Assert.True(result.ExitCode == 143, result.ToString());
        cache.AssertExport(result, expected: false, "hanging lock");
        Assert.Equal("x", cache.Tree.ReadText("source/file"));
        Assert.False(File.Exists(Path.Combine(cache.Staged, "new")), "synced without the lock");
    }

    [RequiresTheory("ferry", "cc")]
    [InlineData("sync")]
    [InlineData("push")]
    public void A_lock_that_is_refused_is_a_failure_that_names_it(string command)
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/file", "x");
        cache.Run("sync").OrThrow();
        File.WriteAllText(Path.Combine(cache.Staged, "file"), "by a job");
        using var running = FlockFault.Start(cache, "EACCES", command, command == "sync" ? "--force" : "--conflict=both");
        var result = running.Wait();
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Contains($".{StagedCache.Variable}.lock: Permission denied (flock: EACCES)", result.Stderr, StringComparison.Ordinal);
        Assert.Equal("x", cache.Tree.ReadText("source/file"));
    }

    private static RunningTool HoldLock(StagedCache cache)
    {
        // --no-fork: the lock goes with the process that is killed.
        var ready = cache.Tree["ready"];
        var holder = RunningTool.Start("flock",
            ["--no-fork", Path.Combine(cache.CacheRoot, $".{StagedCache.Variable}.lock"), "sh", "-c", $": > {ready}; exec sleep 100"], new ToolOptions());
        while (!File.Exists(ready) && !holder.HasExited) Thread.Sleep(5);
        return holder;
    }

    private static List<ToolResult> SyncAtOnce(StagedCache cache, string? fault, params string[] options)
    {
        var running = Enumerable.Range(0, Processes).Select(_ => FlockFault.Start(cache, fault, ["sync", .. options])).ToList();
        var results = running.ConvertAll(one => one.Wait());
        running.ForEach(one => one.Dispose());
        return results;
    }
}

using System.Diagnostics;
using Ferry.Fault.Tests.Harness;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Kills;

/// <summary>SIGKILL in the middle of a large file: the next run reads from the source only what had not arrived, and 64 MiB at most beside it.</summary>
public sealed class LargeFileKillTests(ITestOutputHelper output)
{
    private static readonly long Size = LongRun.Count(512, 2048) * (1L << 20);

    [RequiresTheory("ferry", "rsync")]
    [InlineData("jobs: 2")]
    [InlineData("jobs: 16")]
    public void A_large_file_is_continued_where_a_kill_ended_it(string transfer)
    {
        var kills = LongRun.Count(4, 150);
        using var large = new LargeCache(Size, transfer);
        var wholeRun = MeasureRun(large.Cache);
        var random = new Random(kills);
        var (hits, inside, saved) = (0, 0, 0L);
        for (var round = 0; hits < kills; round++)
        {
            Assert.True(round < (kills * 3) + 10, $"only {hits} of {round} rounds hit a running sync");
            large.Cache.Clear();
            var label = $"{transfer}, round {round}";
            var present = 0L;
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                using var running = large.Cache.Start("sync");
                // The first when a part of the file has arrived, however slow the machine is; the others at any instant.
                var part = random.NextDouble();
                while (present == 0 && large.Written < part * large.Size && !running.HasExited) Thread.Sleep(1);
                Thread.Sleep(present == 0 ? TimeSpan.Zero : wholeRun * part);
                hits += running.Kill().ExitCode == 0 ? 0 : 1;
                var now = large.Present;
                Assert.True(now >= present, $"{label}: of {present} bytes that had arrived {now} are left");
                present = now;
                inside += present > 0 && present < large.Size ? 1 : 0;
            }

            saved += present;
            var read = large.Finish(label);
            Assert.True(
                read <= large.Size - present + LargeCache.Allowance, $"{label}: {read} bytes were copied though {present} of {large.Size} had arrived");
        }

        output.WriteLine($"{transfer}: {hits} kills, {inside} times in the middle of the file, {saved >> 20} MiB not copied again");
        Assert.True(inside >= hits / 4, $"only {inside} of {hits} kills came in the middle of the file");
    }

    [RequiresFact("ferry", "rsync", "strace")]
    public void What_has_arrived_is_not_read_from_the_source()
    {
        using var large = new LargeCache(128L << 20, "jobs: 2");
        KillInside(large);
        var present = large.Present;
        var (result, calls) = Strace.Run(large.Cache, "pread64", null, "sync");
        Assert.Equal(0, result.ExitCode);
        large.AssertComplete("continued");
        var read = calls.Where(call => call.Text.Contains($"{large.Cache.Source}/d/large", StringComparison.Ordinal))
            .Sum(static call => long.TryParse(call.Text.AsSpan(call.Text.LastIndexOf('=') + 1), out var bytes) ? bytes : 0);
        Assert.InRange(read, 1, large.Size - present + LargeCache.Allowance);
    }

    [RequiresFact("ferry", "rsync")]
    public void A_source_that_changed_since_the_kill_is_copied_whole()
    {
        using var large = new LargeCache(128L << 20, "jobs: 2");
        KillInside(large);
        large.Write(seed: 2);
        Assert.InRange(large.Finish("changed"), large.Size, large.Size + 20_000);
    }

    [RequiresTheory("ferry", "rsync")]
    [InlineData(2)]
    [InlineData(15)]
    public void What_a_signal_ended_is_continued(int signal)
    {
        using var large = new LargeCache(128L << 20, "jobs: 2");
        KillInside(large, signal);
        var present = large.Present;
        Assert.InRange(large.Finish("signal"), 0, large.Size - present + LargeCache.Allowance);
    }

    [RequiresTheory("ferry", "rsync", "fuse")]
    [InlineData("write:ENOSPC:after=90M,path=/.cache/ferry/HF_HOME/*")]
    [InlineData("write:EIO:nth=450,path=/.cache/ferry/HF_HOME/*")]
    public void What_a_full_or_a_failing_target_ended_is_continued(string rule)
    {
        using var large = new LargeCache(160L << 20, "jobs: 2");
        using var mount = new SlowFs(large.Cache.Tree["scratch"], fail: [rule]);
        large.Cache.Configure("jobs: 2", scratch: mount.Path);
        var failed = large.Cache.Run("sync");
        Assert.True(failed.ExitCode == 1, failed.ToString());
        var present = large.Present;
        Assert.True(present > 70L << 20, $"only {present} bytes stayed");
        mount.Set("fail", "");
        Assert.InRange(large.Finish(rule), 1, large.Size - present + (16L << 20));
    }

    [RequiresFact("ferry", "rsync", "cc")]
    public void Two_syncs_that_go_on_at_once_without_locks_that_work_write_no_wrong_byte()
    {
        using var large = new LargeCache(128L << 20, "jobs: 2");
        for (var round = 0; round < LongRun.Count(3, 50); round++)
        {
            large.Cache.Clear();
            KillInside(large);
            var running = Enumerable.Range(0, 3).Select(_ => FlockFault.Start(large.Cache, FlockFault.Granted, "sync", "--force")).ToArray();
            foreach (var one in running)
            {
                using (one)
                {
                    var result = one.Wait();
                    Assert.True(result.ExitCode == 0, $"round {round}: {result}");
                }
            }

            large.Finish($"round {round}");
        }
    }

    [RequiresFact("ferry", "rsync")]
    public void A_prune_after_a_kill_leaves_nothing_of_the_large_file()
    {
        using var large = new LargeCache(128L << 20, "jobs: 2");
        large.Cache.Run("sync").OrThrow();
        large.Write(seed: 2);
        KillInside(large);
        large.Cache.Run("prune", "--max", "0", "--older-than", "0s", "--yes").OrThrow();
        Assert.False(Directory.Exists(large.Cache.Staged));
    }

    private static TimeSpan MeasureRun(StagedCache cache)
    {
        var watch = Stopwatch.StartNew();
        cache.Run("sync").OrThrow();
        return watch.Elapsed;
    }

    /// <summary>Ends a sync when a part of the file has arrived.</summary>
    private static void KillInside(LargeCache large, int signal = 9)
    {
        large.Cache.Configure("jobs: 2, bandwidth_limit: 60MB");
        // Whoever starts the tests may ignore signals, and ferry would inherit that.
        using var running = RunningTool.Start(
            "env", ["--default-signal=INT,TERM", FerryBinary.Path, "sync", "--force"], new ToolOptions { CleanEnv = true, Env = large.Cache.Environment });
        while (!running.HasExited && (large.Temporaries is [] || large.Written < 20L << 20)) Thread.Sleep(1);
        running.Signal(signal);
        running.Wait();
        Assert.True(large.Temporaries is not [], "the signal came too late");
        large.Cache.Configure("jobs: 2");
    }
}

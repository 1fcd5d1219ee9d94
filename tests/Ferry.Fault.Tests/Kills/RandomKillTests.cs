using System.Diagnostics;
using Ferry.Fault.Tests.Harness;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Kills;

/// <summary>SIGKILL at random instants: whatever was staged stays whole, and the same command again finishes the work without starting over.</summary>
public sealed class RandomKillTests(ITestOutputHelper output)
{
    private const int Jobs = 2;
    private static readonly int FileCount = LongRun.Count(1500, 5000);

    [RequiresFact("ferry", "rsync")]
    public void A_first_sync_killed_at_any_instant_leaves_whole_files_and_is_continued() =>
        KillAgainAndAgain(seed: 1, kills: LongRun.Count(10, 120), transfer: $"jobs: {Jobs}", isUpdate: false);

    [RequiresFact("ferry", "rsync")]
    public void An_update_killed_at_any_instant_leaves_old_or_new_files_and_is_continued() =>
        KillAgainAndAgain(seed: 2, kills: LongRun.Count(10, 120), transfer: $"jobs: {Jobs}", isUpdate: true);

    [RequiresFact("ferry", "rsync")]
    public void A_sync_with_limited_bandwidth_killed_at_any_instant_is_continued() =>
        KillAgainAndAgain(seed: 3, kills: LongRun.Count(4, 40), transfer: $"jobs: {Jobs}, bandwidth_limit: 40MB", isUpdate: true);

    [RequiresFact("ferry", "rsync", "fuse")]
    public void A_sync_to_slow_scratch_without_unnamed_files_killed_at_any_instant_is_continued() =>
        KillAgainAndAgain(seed: 4, kills: LongRun.Count(4, 40), transfer: $"jobs: {Jobs}", isUpdate: true, isSlow: true);

    /// <summary>Rounds of one to three kills in a row, each at an instant drawn from the time that a whole run takes.</summary>
    private void KillAgainAndAgain(int seed, int kills, string transfer, bool isUpdate, bool isSlow = false)
    {
        using var cache = new StagedCache(transfer);
        using var mount = isSlow ? new SlowFs(cache.Tree["scratch"], metadataLatency: TimeSpan.FromMicroseconds(100)) : null;
        if (mount is not null) cache.Configure(transfer, scratch: mount.Path);
        var tree = new RandomTree(cache.Tree, "source", seed).Add(FileCount);
        var random = new Random(seed);
        var former = TreeState.Of(cache.Tree["source"]);
        var statistics = new Statistics();
        var wholeRun = isUpdate ? TimeSpan.Zero : MeasureRun(cache);
        for (var round = 0; statistics.Hits < kills; round++)
        {
            Assert.True(round < kills * 3, $"only {statistics.Hits} of {round} rounds hit a running sync");
            var label = $"seed {seed}, round {round}";
            if (isUpdate)
            {
                if (round == 0) cache.Run("sync").OrThrow();
                former = TreeState.Of(cache.Tree["source"]);
                tree.Change(1.0 / 3);
                if (round == 0) wholeRun = MeasureRun(cache);
                if (round == 0) continue;
            }
            else
            {
                cache.Clear();
            }
            var scene = new Scene(cache, former, TreeState.Of(cache.Tree["source"]), label, statistics);
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                // Half of them at any instant, half while files are being copied: that is a small part of a small run.
                var isCopying = random.Next(2) == 0;
                scene.Kill(isCopying, wholeRun * (random.NextDouble() / (isCopying ? 3 : 1)));
            }
            if (isUpdate && random.Next(2) == 0)
            {
                // Before the next run, as it happens: what the killed one had brought is neither old nor new any more.
                tree.Change(0.2);
                scene.ChangeSource(TreeState.Of(cache.Tree["source"]));
            }
            scene.Finish();
        }

        output.WriteLine($"seed {seed}: {statistics}");
        Assert.True(statistics.Partial >= kills / 4, $"only {statistics.Partial} of {kills} kills left a tree half done: {statistics}");
    }

    private static TimeSpan MeasureRun(StagedCache cache)
    {
        var watch = Stopwatch.StartNew();
        cache.Run("sync", "--force").OrThrow();
        return watch.Elapsed;
    }

    /// <summary>Counts for the log and against a test that tests nothing.</summary>
    private sealed record Statistics
    {
        public int Hits { get; set; }

        public int Partial { get; set; }

        public int Arrived { get; set; }

        public int CopiedAgain { get; set; }

        public int MostCopiedAgain { get; set; }
    }

    /// <summary>One round: a source, an older version of it that may be staged, and the state after the last kill.</summary>
    private sealed class Scene(StagedCache cache, TreeState former, TreeState current, string label, Statistics statistics)
    {
        private readonly TreeState[] _versions = [former, current];
        private TreeState _last = TreeState.Of(cache.Staged);

        public void ChangeSource(TreeState now)
        {
            Invariants.AssertOldOrNew(_last, label, _versions);
            current = now;
        }

        public void Kill(bool whileCopying, TimeSpan delay)
        {
            var journals = cache.Journals().Length;
            using var running = cache.Start("sync", "--force");
            while (whileCopying && cache.Journals().Length == journals && !running.HasExited) Thread.Sleep(1);
            Thread.Sleep(delay);
            var result = running.Kill();
            var staged = TreeState.Of(cache.Staged);
            Check(result, staged);
            _last = staged;
        }

        public void Finish()
        {
            cache.AgeLeftovers();
            var report = SyncReport.Of(cache.Run("sync", "--force", "--json").OrThrow());
            var staged = TreeState.Of(cache.Staged);
            Assert.True(report.IsExported && report.Problems is [], $"{label}: {report} {string.Join('\n', report.Problems)}");
            CheckContinuation(staged);
            cache.AssertComplete(label);
            cache.AssertExport(cache.Run("sync"), expected: true, label);
        }

        private void Check(ToolResult killed, TreeState staged)
        {
            const int exitCodeOfKill = 128 + 9;
            Assert.True(killed.ExitCode is 0 or exitCodeOfKill, $"{label}: {killed}");
            Invariants.AssertOldOrNew(staged, label, _versions);
            Invariants.AssertNothingGone(_last, staged, current, label);
            CheckContinuation(staged);
            var isComplete = Invariants.IsComplete(staged, current);
            Assert.True(isComplete || killed.Stdout.Length == 0, $"{label}: exported an incomplete tree");
            Assert.True(isComplete || !File.Exists(cache.Marker) || Invariants.IsComplete(staged, former), $"{label}: marked, but incomplete");
            if (killed.ExitCode == 0) return;
            statistics.Hits++;
            statistics.Partial += !isComplete && !File.Exists(cache.Marker) && Invariants.Arrived(staged, current).Any() ? 1 : 0;
        }

        /// <summary>What had arrived is not copied again, but for at most one unit of each worker that was not recorded yet.</summary>
        private void CheckContinuation(TreeState staged)
        {
            var again = Invariants.CopiedAgain(_last, staged, current);
            Assert.True(again.Length <= Jobs * StagedCache.UnitEntries, $"{label}: {again.Length} files copied again, such as {again.FirstOrDefault()}");
            statistics.Arrived += Invariants.Arrived(_last, current).Count();
            statistics.CopiedAgain += again.Length;
            statistics.MostCopiedAgain = Math.Max(statistics.MostCopiedAgain, again.Length);
        }
    }
}

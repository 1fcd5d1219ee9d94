using System.Diagnostics;
using Ferry.Fault.Tests.Harness;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Kills;

/// <summary>
/// SIGKILL while a cache is moved: the configuration names a complete directory at every instant, and the same command again finishes.
/// </summary>
public sealed class MigrateKillTests(ITestOutputHelper output)
{
    private const int ExitCodeOfKill = 128 + 9;

    [RequiresFact("ferry", "rsync")]
    public void A_move_killed_at_any_instant_leaves_old_or_new_in_force_and_is_finished_by_the_same_command()
    {
        using var moved = new MovedCache();
        new RandomTree(moved.Cache.Tree, "source", seed: 7).Add(LongRun.Count(600, 2000));
        moved.Save();
        var random = new Random(7);
        var wholeRun = MeasureRun(moved);
        var (kills, afterSwitch) = (0, 0);
        for (var round = 0; kills < LongRun.Count(20, 300); round++)
        {
            Assert.True(round < LongRun.Count(20, 300) * 3, $"only {kills} of {round} rounds hit a running command");
            moved.Restore();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                using var running = moved.Cache.Start(moved.Command);
                Thread.Sleep(wholeRun * random.NextDouble());
                var isHit = running.Kill().ExitCode == ExitCodeOfKill;
                kills += isHit ? 1 : 0;
                var isNew = moved.AssertOldOrNewInForce($"round {round}");
                afterSwitch += isHit && isNew ? 1 : 0;
                if (!isHit) break;
            }
            // A command that was not hit has moved it: then the old place is not there to be moved once more.
            var result = Path.Exists(moved.Cache.Tree[$"home/.local/state/ferry/migrations/{StagedCache.Variable}.json"]) || !Path.Exists(moved.New)
                ? moved.Cache.Run(moved.Command)
                : new ToolResult(0, [], "");
            moved.AssertMoved(result, $"round {round}");
        }
        output.WriteLine($"{kills} kills, {afterSwitch} of them after the switch");
    }

    [RequiresFact("ferry", "strace", "rsync")]
    public void A_move_killed_before_any_call_leaves_old_or_new_in_force_and_is_finished_by_the_same_command()
    {
        using var moved = new MovedCache();
        SmallTree.WriteFirst(moved.Cache);
        moved.Save();
        moved.Restore();
        var (whole, calls) = Strace.Run(moved.Cache, Strace.ChangingCalls, null, moved.Command);
        moved.AssertMoved(whole, "without a kill");
        // The runtime's own start makes such calls too, elsewhere.
        var points = calls.Where(call => call.Thread == 0 && call.Text.Contains(moved.Cache.Tree.Path, StringComparison.Ordinal)).ToList();
        Assert.True(points.Count >= 120, $"only {points.Count} points to kill at");
        var step = LongRun.Count(6, 1);
        foreach (var point in points.Where((_, i) => i % step == 0 || IsRare(points, i)))
        {
            var label = $"killed before {point.Name} number {point.Number}: {point.Text}";
            moved.Restore();
            var (killed, _) = Strace.Run(moved.Cache, Strace.ChangingCalls, $"{point.Name}:signal=KILL:when={point.Number}", moved.Command);
            Assert.True(killed.ExitCode == ExitCodeOfKill, $"{label}: not killed: {killed}");
            moved.AssertOldOrNewInForce(label);
            moved.AssertMoved(moved.Cache.Run(moved.Command), label);
        }
        output.WriteLine($"{points.Count} points");
    }

    /// <summary>Commit records: what is renamed, and what is synced to storage.</summary>
    private static bool IsRare(List<SystemCall> points, int i) => points[i].Name is "fsync" or "syncfs" or "rename" or "renameat";

    private static TimeSpan MeasureRun(MovedCache moved)
    {
        moved.Restore();
        var watch = Stopwatch.StartNew();
        moved.AssertMoved(moved.Cache.Run(moved.Command), "without a kill");
        return watch.Elapsed;
    }
}

using System.Diagnostics;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Hub;

/// <summary>SIGKILL at random instants of push, pull and prune: the hub's client loads what is there, the bucket leads nowhere wrong, and the same command finishes.</summary>
[Collection(nameof(HubServerTests))]
public sealed class HubKillTests(HubServer server, ITestOutputHelper output)
{
    private const int ExitCodeOfKill = 128 + 9;
    private const int LargeBytes = 48 << 20;

    [RequiresFact("ferry", "s3-ceph", "npm-packages")]
    public Task Pushes_to_a_server() => KillPushesAsync(server, small: 3, full: 60);

    [RequiresFact("ferry", "npm-packages")]
    public Task Pushes_to_a_directory() => KillPushesAsync(null, small: 3, full: 40);

    [RequiresFact("ferry", "s3-ceph", "npm-packages")]
    public Task Pulls_from_a_server() => KillPullsAsync(server, small: 3, full: 60);

    [RequiresFact("ferry", "npm-packages")]
    public Task Pulls_from_a_directory() => KillPullsAsync(null, small: 3, full: 40);

    [RequiresFact("ferry", "npm-packages")]
    public void Prunes()
    {
        using var scene = new HubScene(null, LargeBytes, smallFiles: 300);
        string[] command = ["prune", "--max-gb", "0"];
        Kill(
            "prune", small: 4, full: 100, scene, scene.Target, command,
            prepare: () =>
            {
                scene.ClearTarget();
                Tool.Run("cp", ["-a", scene.Source + "/.", scene.Target]).OrThrow();
                return Task.CompletedTask;
            },
            check: label =>
            {
                scene.CheckCache(scene.Target, label);
                return Task.CompletedTask;
            },
            finish: label =>
            {
                // What refs lead to stays.
                Assert.Equal(scene.Reachable, scene.CheckCache(scene.Target, label));
                return Task.CompletedTask;
            }).GetAwaiter().GetResult();
    }

    private async Task KillPushesAsync(HubServer? where, int small, int full)
    {
        using var scene = new HubScene(where, LargeBytes, smallFiles: 120);
        await Kill(
            "push", small, full, scene, scene.Source, ["push"],
            prepare: scene.ClearBucketAsync,
            check: async label =>
            {
                await scene.CheckBucketAsync(label);
                scene.CheckCache(scene.Source, label);
            },
            finish: async label =>
            {
                var check = await scene.CheckBucketAsync(label);
                var missing = scene.Reachable.Where(static fact => !fact.StartsWith("ref ", StringComparison.Ordinal)).Except(check.Reached);
                Assert.True(!missing.Any(), $"{label}: not in the bucket: {string.Join("; ", missing.Take(3))}");
            });
    }

    private async Task KillPullsAsync(HubServer? where, int small, int full)
    {
        using var scene = new HubScene(where, LargeBytes, smallFiles: 120);
        scene.Run(scene.Source, ["push"]).OrThrow();
        await Kill(
            "pull-all", small, full, scene, scene.Target, ["pull-all"],
            prepare: () =>
            {
                scene.ClearTarget();
                return Task.CompletedTask;
            },
            check: label =>
            {
                if (Directory.Exists(Path.Join(scene.Target, "hub"))) scene.CheckCache(scene.Target, label);
                return Task.CompletedTask;
            },
            finish: label =>
            {
                Assert.Equal(scene.Reachable, scene.CheckCache(scene.Target, label));
                return Task.CompletedTask;
            });
    }

    private async Task Kill(
        string what, int small, int full, HubScene scene, string home, string[] command, Func<Task> prepare, Func<string, Task> check, Func<string, Task> finish)
    {
        await prepare();
        var watch = Stopwatch.StartNew();
        scene.Run(home, command).OrThrow();
        var wholeRun = watch.Elapsed;
        await finish($"{what} without a kill");

        var random = new Random(11);
        var hits = 0;
        for (var round = 0; hits < LongRun.Count(small, full); round++)
        {
            Assert.True(round < LongRun.Count(small * 6, full * 4), $"only {hits} of {round} rounds hit a running {what}");
            var label = $"{what}, round {round}";
            await prepare();
            using var running = scene.Start(home, command);
            Thread.Sleep(wholeRun * random.NextDouble());
            if (running.Kill().ExitCode == ExitCodeOfKill) hits++;
            else wholeRun *= 0.9; // the machine has become faster since it was measured
            await check(label);

            var again = scene.Run(home, command);
            Assert.True(again.ExitCode == 0, $"{label}: the next run: {again}");
            await finish(label);
        }

        output.WriteLine($"{what}: {hits} kills");
    }
}

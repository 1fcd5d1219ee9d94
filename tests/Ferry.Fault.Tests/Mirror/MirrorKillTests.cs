using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Ferry.Fault.Tests.Harness;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Mirror;

/// <summary>SIGKILL while a tree is mirrored: whole files, whole manifests, and the same command goes on where it was.</summary>
public sealed class MirrorKillTests(ITestOutputHelper output) : IDisposable
{
    private const int ExitCodeOfKill = 128 + 9;
    private const long MostReadAgain = 64 << 20;

    private readonly MirrorScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [RequiresFact("ferry", "strace", "rsync", "b3sum")]
    public void A_first_mirror_killed_before_any_call_is_finished_by_the_same_command()
    {
        SmallTree.WriteFirst(_scene.Cache);
        _scene.Save();
        KillBeforeEachCall(leastPoints: 60);
    }

    [RequiresFact("ferry", "strace", "rsync", "b3sum")]
    public void A_mirror_over_an_older_one_killed_before_any_call_is_finished_by_the_same_command()
    {
        SmallTree.WriteFirst(_scene.Cache);
        _scene.MirrorFirst();
        SmallTree.WriteSecond(_scene.Cache);
        _scene.Save();
        KillBeforeEachCall(leastPoints: 60);
    }

    [RequiresFact("ferry", "rsync", "b3sum")]
    public void A_mirror_killed_at_any_instant_reads_at_most_64_MiB_a_second_time()
    {
        new RandomTree(_scene.Cache.Tree, "source", seed: 3).Add(300);
        Tool.Bash("head -c \"$2\" /dev/urandom > \"$1/large\"; touch -d @1600000000 \"$1/large\"", _scene.Source, LongRun.IsOn ? "2G" : "512M").OrThrow();
        var total = Directory.EnumerateFiles(_scene.Source, "*", SearchOption.AllDirectories).Sum(static path => new FileInfo(path).Length);
        _scene.Save();
        string[] command = ["mirror", .. _scene.Command[3..]];
        var watch = Stopwatch.StartNew();
        _scene.Cache.Run(command).OrThrow();
        var wholeRun = watch.Elapsed;

        var random = new Random(4);
        var (hits, partial, most) = (0, 0, 0L);
        for (var round = 0; hits < LongRun.Count(6, 300); round++)
        {
            Assert.True(round < LongRun.Count(18, 900), $"only {hits} of {round} rounds hit a running mirror");
            var label = $"round {round}";
            _scene.Restore();
            using var running = _scene.Cache.Start(command);
            Thread.Sleep(wholeRun * random.NextDouble());
            if (running.Kill().ExitCode == ExitCodeOfKill) hits++;
            else wholeRun *= 0.8; // the machine has become faster since it was measured
            _scene.AssertWreck(label);

            var there = Arrived();
            partial += there.Partial > 0 ? 1 : 0;
            _scene.AgeLeftovers();
            var again = _scene.Cache.Run([.. command, "--json"]);
            Assert.True(again.ExitCode == 0, $"{label}: the next run: {again}");
            _scene.AssertComplete(label);
            var read = JsonDocument.Parse(again.Stdout).RootElement.GetProperty("copy").GetProperty("bytes").GetInt64();
            var twice = read - (total - there.Final - there.Partial);
            Assert.True(twice <= MostReadAgain, $"{label}: read {read} bytes of {total}, where {there} had arrived");
            most = Math.Max(most, twice);
        }

        output.WriteLine($"{hits} kills, {partial} of them inside of the large file; at most {most} bytes were read a second time");
        Assert.True(partial >= hits / 8, $"only {partial} of {hits} kills left the large file half done");
    }

    private void KillBeforeEachCall(int leastPoints)
    {
        var (whole, calls) = Strace.Run(_scene.Cache, Strace.ChangingCalls, null, _scene.Command);
        Assert.True(whole.ExitCode == 0, $"without a kill: {whole}");
        var points = calls.Where(_scene.IsConcerned).ToList();
        Assert.True(points.Count >= leastPoints, $"only {points.Count} points to kill at");
        var step = LongRun.Count(5, 1);
        foreach (var point in points.Where((_, i) => i % step == 0))
        {
            var label = $"killed before {point.Name} number {point.Number}: {point.Text}";
            _scene.Restore();
            var (killed, _) = Strace.Run(_scene.Cache, Strace.ChangingCalls, $"{point.Name}:signal=KILL:when={point.Number}", _scene.Command);
            Assert.True(killed.ExitCode == ExitCodeOfKill, $"{label}: not killed: {killed}");
            _scene.AssertWreck(label);
            _scene.Finish(label);
        }

        output.WriteLine($"killed at {(points.Count + step - 1) / step} of {points.Count} points");
    }

    /// <summary>Bytes under final names, and bytes that storage holds under temporary ones.</summary>
    private (long Final, long Partial) Arrived()
    {
        if (!Directory.Exists(_scene.Target)) return (0, 0);
        var (final, partial) = (0L, 0L);
        foreach (var line in Tool.Run("find", [_scene.Target, "-type", "f", "-printf", "%f %s %b\\n"]).OrThrow().Lines)
        {
            var fields = line.Split(' ');
            if (fields[0].StartsWith(TreeState.TemporaryPrefix, StringComparison.Ordinal)) partial += 512 * long.Parse(fields[2], CultureInfo.InvariantCulture);
            else if (!fields[0].StartsWith("BLAKE3SUMS", StringComparison.Ordinal)) final += long.Parse(fields[1], CultureInfo.InvariantCulture);
        }

        return (final, partial);
    }
}

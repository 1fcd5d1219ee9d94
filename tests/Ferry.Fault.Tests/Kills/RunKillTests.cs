using System.Diagnostics;
using Ferry.Fault.Tests.Harness;
using Ferry.Testing;

namespace Ferry.Fault.Tests.Kills;

/// <summary>
/// <c>ferry run --push</c> as batch systems end it: SIGTERM at any instant and SIGKILL some time later, or SIGKILL alone. What the command wrote is at
/// the source whole, or it is on scratch and a push brings it.
/// </summary>
public sealed class RunKillTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private const int SigTerm = 15;

    /// <summary>Writes files of up to 650 kB, in place, one after the other, and beside them a mark that it is under way.</summary>
    private const string Writing = """
        echo $$ > "$0.new"; i=0; while test $i -lt "$1"; do i=$((i+1)); head -c $((RANDOM*20)) /dev/urandom > "$HF_HOME/d$((i%7))/f$i"; test $i = 2 && mv "$0.new" "$0"; done
        """;

    private static readonly string[] s_behaviours = ["", "trap 'head -c 50000 /dev/urandom > $HF_HOME/last; exit 0' TERM; ", "trap '' TERM; "];

    [RequiresFact("ferry")]
    public void After_SIGTERM_and_SIGKILL_at_any_instant_all_is_at_the_source_or_written_down()
    {
        const int seed = 1;
        var random = new Random(seed);
        var pushed = 0;
        for (var round = 0; round < LongRun.Count(10, 200); round++)
        {
            using var cache = Prepare("bandwidth_limit: 8MB");
            // A long grace is used up only by a command that ignores SIGTERM, and tells no more than a shorter one.
            var grace = (round % 10) switch { 4 or 5 => 5, 9 => 30, _ => 1 };
            var behaviour = s_behaviours[random.Next(grace == 30 ? 2 : 3)];
            var label = $"seed {seed}, round {round}, grace {grace} s, {behaviour}";

            using var running = Start(cache, behaviour, files: 100_000, $"{grace}s");
            Thread.Sleep(random.Next(0, 800));
            running.Signal(SigTerm);
            var watch = Stopwatch.StartNew();
            while (!running.HasExited && watch.Elapsed < TimeSpan.FromSeconds(grace)) Thread.Sleep(5);
            EndAll(cache, running, label);

            var missing = AssertWhole(cache, label);
            pushed += File.Exists(Unpushed(cache)) ? 0 : 1;
            Assert.True(missing == 0 || File.Exists(Unpushed(cache)), $"{label}: {missing} files are on scratch only, and that is not written down");
            AssertPushCompletes(cache, label);
        }

        output.WriteLine($"{pushed} rounds pushed everything in time");
        Assert.NotEqual(0, pushed);
    }

    [RequiresFact("ferry")]
    public void After_SIGKILL_at_any_instant_a_push_completes_the_work()
    {
        const int seed = 2;
        var random = new Random(seed);
        var (kills, begun) = (0, 0);
        for (var round = 0; kills < LongRun.Count(15, 300); round++)
        {
            var label = $"seed {seed}, round {round}";
            using var cache = Prepare("bandwidth_limit: 20MB");
            using var running = Start(cache, "", files: random.Next(2, 60), "60s");
            Thread.Sleep(random.Next(0, 700));
            kills += running.HasExited ? 0 : 1;
            EndAll(cache, running, label);
            var isBegun = File.Exists(Unpushed(cache));
            begun += isBegun ? 1 : 0;
            AssertWhole(cache, label);
            if (isBegun && random.Next(2) == 0)
            {
                // A sync finishes what a push has begun.
                cache.Run("sync").OrThrow();
                Assert.True(AssertWhole(cache, label) == 0, $"{label}: the sync did not bring back everything");
            }

            AssertPushCompletes(cache, label);
        }

        output.WriteLine($"{begun} of {kills} kills came during the push");
        Assert.NotEqual(0, begun);
    }

    private static StagedCache Prepare(string transfer)
    {
        var cache = new StagedCache(transfer);
        for (var i = 0; i < 7; i++) cache.Tree.Write($"source/d{i}/old", $"old {i}");
        cache.Run("sync").OrThrow();
        return cache;
    }

    /// <summary>Returns when the command has written its first two files.</summary>
    private static RunningTool Start(StagedCache cache, string behaviour, int files, string deadline)
    {
        var running = RunningTool.Start(
            "env",
            ["--default-signal", FerryBinary.Path, "run", "--push", "--deadline", deadline, "--", "bash", "-c", behaviour + Writing, Mark(cache), $"{files}"],
            new ToolOptions { CleanEnv = true, Env = cache.Environment });
        while (!File.Exists(Mark(cache)) && !running.HasExited) Thread.Sleep(2);
        return running;
    }

    /// <summary>SIGKILL to ferry and then to its command, as a batch system does it to all processes of a job.</summary>
    private static void EndAll(StagedCache cache, RunningTool running, string label)
    {
        running.Signal(9);
        var group = File.ReadAllText(Mark(cache)).Trim();
        Tool.Run("bash", ["-c", "kill -KILL -- -\"$0\"", group]);
        while (IsRunning(group)) Thread.Sleep(5);
        var ended = running.Wait();
        Assert.True(ended.ExitCode is 0 or 1 or 128 + 9 or 128 + SigTerm, $"{label}: {ended}");
    }

    /// <summary>Whether a process of the group is there that is more than an entry in the list of processes.</summary>
    private static bool IsRunning(string group) => Directory.GetDirectories("/proc").Where(path => char.IsAsciiDigit(path[^1])).Any(path =>
    {
        try
        {
            // After the name, which may hold anything: state, parent, group.
            var fields = File.ReadAllText($"{path}/stat").Split(") ")[^1].Split(' ');
            return fields[2] == group && fields[0] is not ("Z" or "X");
        }
        catch (IOException)
        {
            return false;
        }
    });

    /// <summary>Fails if a file at the source is not the one on scratch; returns how many are on scratch only.</summary>
    private static int AssertWhole(StagedCache cache, string label)
    {
        var missing = 0;
        foreach (var staged in Directory.EnumerateFiles(cache.Staged, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(cache.Staged, staged);
            var source = cache.Tree["source/" + name];
            if (!File.Exists(source)) missing++;
            else Assert.True(File.ReadAllBytes(staged).AsSpan().SequenceEqual(File.ReadAllBytes(source)), $"{label}: {name} at the source is not the one on scratch");
        }

        return missing;
    }

    private static void AssertPushCompletes(StagedCache cache, string label)
    {
        cache.Configure("");
        cache.AgeLeftovers();
        cache.Run("push").OrThrow();
        Assert.True(AssertWhole(cache, label) == 0, $"{label}: a push left files on scratch");
        Assert.False(File.Exists(Unpushed(cache)), $"{label}: still written down as unpushed");
        cache.Run("sync", "--force").OrThrow();
    }

    private static string Mark(StagedCache cache) => cache.Tree["command"];

    private static string Unpushed(StagedCache cache) => Path.Combine(cache.CacheRoot, $".{StagedCache.Variable}.unpushed");
}

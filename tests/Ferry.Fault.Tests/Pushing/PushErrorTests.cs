using Ferry.Fault.Tests.Harness;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Pushing;

/// <summary>Each system call of a small push fails once: it says what failed, or the failure did no harm; after that the same command finishes.</summary>
public sealed class PushErrorTests(ITestOutputHelper output)
{
    private static readonly string[] Errors = ["EIO", "ENOSPC", "EDQUOT", "EACCES"];

    [RequiresFact("ferry", "strace", "rsync")]
    public void A_push_survives_any_failing_call()
    {
        using var cache = new StagedCache("jobs: 1");
        var scene = PushScene.Small(cache, withConflicts: false);
        scene.Restore();
        var (whole, calls) = Strace.Run(cache, Strace.FallibleCalls, null, "push");
        Assert.True(whole.ExitCode == 0, whole.ToString());
        var points = calls.Where(call => call.Thread == 0 && !call.Text.Contains(cache.Tree["home"], StringComparison.Ordinal)
            && (call.Text.Contains(cache.Tree["source"], StringComparison.Ordinal) || call.Text.Contains(cache.Tree["scratch"], StringComparison.Ordinal))).ToList();
        Assert.True(points.Count >= 100, $"only {points.Count} calls that could fail");
        // Each call with two errnos, its neighbours with the other two.
        var all = points.SelectMany((point, i) => Errors.Where((_, e) => e % 2 == i % 2).Select(error => (Point: point, Error: error))).ToArray();
        if (!LongRun.IsOn) new Random(5).Shuffle(all);
        var (failed, harmless) = (0, 0);
        foreach (var (point, error) in all.Take(LongRun.Count(24, all.Length)))
        {
            var label = $"{error} at {point.Name} number {point.Number}: {point.Text}";
            scene.Restore();
            var (result, _) = Strace.Run(cache, Strace.FallibleCalls, $"{point.Name}:error={error}:when={point.Number}", "push");
            scene.CheckWreck(label);
            if (result.ExitCode == 0) harmless++;
            else failed++;
            CheckVerdict(cache, scene, result, error, label);
            scene.Finish(label, "push");
        }
        output.WriteLine($"{failed + harmless} failures at {points.Count} calls: {failed} ended the push, {harmless} did no harm");
        Assert.True(failed > harmless / 4, "hardly any of the failures was noticed");
    }

    [RequiresTheory("ferry", "rsync", "fuse")]
    [InlineData("write:ENOSPC:after=100K", "ENOSPC")]
    [InlineData("write:EDQUOT:after=100K", "EDQUOT")]
    [InlineData("write:TORN:nth=2", "EIO")]
    [InlineData("fsync:EIO:nth=2", "EIO")]
    [InlineData("flush:EIO:nth=3", "EIO")]
    [InlineData("rename:EIO:nth=1", "EIO")]
    [InlineData("mkdir:EACCES:nth=1", "EACCES")]
    [InlineData("opendir:EIO:path=/d", "EIO")]
    [InlineData("opendir:EIO:nth=3", "EIO")]
    public void A_source_that_fails_gets_no_half_file_and_the_same_command_goes_on(string rule, string errno)
    {
        using var cache = new StagedCache("jobs: 1");
        using var mount = new SlowFs(cache.Tree["source"]);
        cache.Configure("jobs: 1", source: mount.Path);
        var scene = PushScene.Small(cache, withConflicts: false);
        mount.Set("fail", rule);
        var result = cache.Run("push");
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Contains(errno, result.Stderr, StringComparison.Ordinal);
        Assert.Contains(mount.Path, result.Stderr, StringComparison.Ordinal);
        scene.CheckWreck(rule);
        Assert.True(File.Exists(Path.Combine(cache.CacheRoot, $".{StagedCache.Variable}.unpushed")), "the list of what is unpushed is gone");
        mount.Set("fail", "");
        scene.Finish(rule, "push");
    }

    private static void CheckVerdict(StagedCache cache, PushScene scene, ToolResult result, string error, string label)
    {
        if (result.ExitCode == 0)
        {
            Assert.True(scene.IsPushed(), $"{label}: exit code 0 with something on scratch only: {result}");
            return;
        }
        // Scratch that cannot be looked at counts as a configuration that names none.
        if (result.ExitCode == 2 && result.Stderr.Contains("no scratch directory can be used", StringComparison.Ordinal)) return;
        Assert.True(result.ExitCode == 1, $"{label}: {result}");
        var inWords = error switch { "EIO" => "Input/output error", "ENOSPC" => "No space left", "EDQUOT" => "quota", _ => "denied" };
        Assert.True(
            result.Stderr.Contains(error, StringComparison.Ordinal) || result.Stderr.Contains(inWords, StringComparison.OrdinalIgnoreCase),
            $"{label}: the error is not named: {result}");
        Assert.True(result.Stderr.Contains(cache.Tree.Path, StringComparison.Ordinal), $"{label}: no path is named: {result}");
    }
}

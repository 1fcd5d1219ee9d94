using System.ComponentModel;
using Ferry.Fault.Tests.Harness;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Errors;

/// <summary>
/// Each system call of a small sync fails once with each errno: the sync says what failed and exports nothing, or the failure did no harm
/// and the tree is complete. After that the same command finishes the work.
/// </summary>
internal static class FailingCalls
{
    // Not ENOENT: for a file of the source it means that it vanished, which is no failure.
    private static readonly Dictionary<string, int> Errors = new()
    {
        ["EPERM"] = 1, ["EINTR"] = 4, ["EIO"] = 5, ["ENOMEM"] = 12, ["EACCES"] = 13, ["EBUSY"] = 16,
        ["EMFILE"] = 24, ["ENOSPC"] = 28, ["EROFS"] = 30, ["ETIMEDOUT"] = 110, ["ESTALE"] = 116, ["EDQUOT"] = 122,
    };

    public static void WriteFirst(StagedCache cache)
    {
        var tree = cache.Tree;
        tree.WriteRandom("source/d/changes", 5000);
        tree.WriteRandom("source/d/e/stays", 300_000);
        tree.WriteRandom("source/gone", 10);
        tree.WriteSparse("source/sparse", 1 << 20, (600_000, [1, 2, 3]));
        tree.HardLink("source/d/name", "source/d/e/stays");
        tree.Symlink("source/link", "d/changes");
        foreach (var name in (string[])["d/changes", "d/e/stays", "gone", "sparse", "link", "d/e", "d", "."])
            tree.SetTime($"source/{name}", 1_600_000_000, 1000);
    }

    public static void FailEveryCall(ITestOutputHelper output, StagedCache cache, TreeState former, int seed, params string[] command)
    {
        var current = TreeState.Of(cache.Tree["source"]);
        cache.Restore();
        var (whole, calls) = Strace.Run(cache, Strace.FallibleCalls, null, command);
        cache.AssertExport(whole, expected: true, "without a failure");
        var points = calls.Where(call => call.Thread == 0 && IsOfTree(call, cache)).ToList();
        Assert.True(points.Count >= 100, $"only {points.Count} calls that could fail");

        // Each call with six errnos, its neighbours with the other six.
        var errors = Errors.Keys.Order(StringComparer.Ordinal).ToArray();
        var all = points.SelectMany((point, i) => errors.Where((_, e) => e % 2 == i % 2).Select(error => (point, error))).ToArray();
        if (!LongRun.IsOn) new Random(seed).Shuffle(all);
        var (failed, harmless) = (0, 0);
        foreach (var (point, error) in all.Take(LongRun.Count(40, all.Length)))
        {
            var label = $"{error} at {point.Name} number {point.Number}: {point.Text}";
            cache.Restore();
            var (result, _) = Strace.Run(cache, Strace.FallibleCalls, $"{point.Name}:error={error}:when={point.Number}", command);
            if (result.ExitCode == 0) harmless++;
            else failed++;
            CheckResult(cache, result, error, label, former, current);
            CheckContinuation(cache, command, label);
        }
        output.WriteLine($"{failed + harmless} failures at {points.Count} calls: {failed} ended the sync, {harmless} did no harm");
        Assert.True(failed > harmless / 4, "hardly any of the failures was noticed");
    }

    // The configuration, read before, names both.
    private static bool IsOfTree(SystemCall call, StagedCache cache) => !call.Text.Contains(cache.Tree["home"], StringComparison.Ordinal) && (
        call.Text.Contains(cache.Tree["source"], StringComparison.Ordinal) || call.Text.Contains(cache.Tree["scratch"], StringComparison.Ordinal));

    private static void CheckResult(
        StagedCache cache, ToolResult result, string error, string label, TreeState former, TreeState current)
    {
        var staged = TreeState.Of(cache.Staged);
        Invariants.AssertOldOrNew(staged, label, former, current);
        if (result.ExitCode == 0)
        {
            cache.AssertExport(result, expected: true, label);
            Assert.True(Invariants.IsComplete(staged, current), $"{label}: exit code 0 without all files: {result}");
            return;
        }
        cache.AssertExport(result, expected: false, label);
        // Scratch that cannot be looked at counts as a configuration that names none.
        if (result.ExitCode == 2 && result.Stderr.Contains("no scratch directory can be used", StringComparison.Ordinal)) return;
        Assert.True(result.ExitCode == 1, $"{label}: {result}");
        var inWords = new Win32Exception(Errors[error]).Message;
        Assert.True(
            result.Stderr.Contains(error, StringComparison.Ordinal) || result.Stderr.Contains(inWords, StringComparison.Ordinal)
                || (error is "EACCES" or "EPERM" && result.Stderr.Contains("is denied", StringComparison.Ordinal)),
            $"{label}: the error is not named: {result}");
        Assert.True(
            result.Stderr.Contains(cache.Tree.Path, StringComparison.Ordinal) || result.Stderr.Contains("standard output", StringComparison.Ordinal),
            $"{label}: no path is named: {result}");
        if (File.Exists(cache.Marker))
            Assert.True(Invariants.IsComplete(staged, current) || Invariants.IsComplete(staged, former), $"{label}: marked, but incomplete");
    }

    private static void CheckContinuation(StagedCache cache, string[] command, string label)
    {
        cache.AgeLeftovers();
        var result = cache.Run(command);
        Assert.True(result.ExitCode == 0, $"{label}: the next run: {result}");
        cache.AssertExport(result, expected: true, label);
        cache.AssertComplete(label);
    }
}

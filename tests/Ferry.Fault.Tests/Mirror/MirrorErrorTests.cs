using System.ComponentModel;
using Ferry.Fault.Tests.Errors;
using Ferry.Fault.Tests.Harness;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Mirror;

/// <summary>
/// Each system call of a small mirror fails once: the mirror says what failed, and what is there is whole; or the failure did no harm and all is there. No manifest
/// that looks complete lacks a file. After that the same command finishes the work.
/// </summary>
public sealed class MirrorErrorTests(ITestOutputHelper output) : IDisposable
{
    private static readonly Dictionary<string, int> s_errors = new() { ["EIO"] = 5, ["EACCES"] = 13, ["EMFILE"] = 24, ["ENOSPC"] = 28, ["ESTALE"] = 116, ["EDQUOT"] = 122 };

    private readonly MirrorScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [RequiresFact("ferry", "strace", "rsync", "b3sum")]
    public void A_first_mirror_survives_any_failing_call()
    {
        WriteFirst();
        _scene.Save();
        FailEveryCall(seed: 1);
    }

    [RequiresFact("ferry", "strace", "rsync", "b3sum")]
    public void A_mirror_over_an_older_one_survives_any_failing_call()
    {
        WriteFirst();
        _scene.MirrorFirst();
        var tree = _scene.Cache.Tree;
        tree.WriteRandom("source/d/changes", 6000, 9);
        tree.WriteRandom("source/d/f/new", 100, 10);
        File.Delete(tree["source/gone"]);
        foreach (var name in (string[])["d/changes", "d/f/new", "d/f", "d"]) tree.SetTime($"source/{name}", 1_600_000_100);
        _scene.Save();
        FailEveryCall(seed: 2);
    }

    private void WriteFirst()
    {
        var tree = _scene.Cache.Tree;
        FailingCalls.WriteFirst(_scene.Cache);
        tree.WriteRandom("source/large", 9_000_000, 5);
        tree.SetTime("source/large", 1_600_000_000);
        tree.SetTime("source", 1_600_000_000);
    }

    private void FailEveryCall(int seed)
    {
        var (whole, calls) = Strace.Run(_scene.Cache, Strace.FallibleCalls, null, _scene.Command);
        Assert.True(whole.ExitCode == 0, $"without a failure: {whole}");
        var points = calls.Where(_scene.IsConcerned).ToList();
        Assert.True(points.Count >= 100, $"only {points.Count} calls that could fail");

        // Each call with three errnos, its neighbours with the other three.
        var errors = s_errors.Keys.Order(StringComparer.Ordinal).ToArray();
        var all = points.SelectMany((point, i) => errors.Where((_, e) => e % 2 == i % 2).Select(error => (point, error))).ToArray();
        if (!LongRun.IsOn) new Random(seed).Shuffle(all);
        var (failed, harmless) = (0, 0);
        foreach (var (point, error) in all.Take(LongRun.Count(30, all.Length)))
        {
            var label = $"{error} at {point.Name} number {point.Number}: {point.Text}";
            _scene.Restore();
            var (result, _) = Strace.Run(_scene.Cache, Strace.FallibleCalls, $"{point.Name}:error={error}:when={point.Number}", _scene.Command);
            if (result.ExitCode == 0) harmless++;
            else failed++;
            CheckResult(result, error, label);
            _scene.Finish(label);
        }

        output.WriteLine($"{failed + harmless} failures at {points.Count} calls: {failed} ended the mirror, {harmless} did no harm");
        Assert.True(failed > harmless / 4, "hardly any of the failures was noticed");
    }

    private void CheckResult(ToolResult result, string error, string label)
    {
        _scene.AssertWreck(label);
        if (result.ExitCode == 0)
        {
            Assert.True(_scene.IsComplete(), $"{label}: exit code 0 without all files: {result}");
            return;
        }

        Assert.True(result.ExitCode == 2, $"{label}: {result}");
        var inWords = new Win32Exception(s_errors[error]).Message;
        Assert.True(
            result.Stderr.Contains(error, StringComparison.Ordinal) || result.Stderr.Contains(inWords, StringComparison.Ordinal)
                || (error is "EACCES" && result.Stderr.Contains("is denied", StringComparison.Ordinal)),
            $"{label}: the error is not named: {result}");
        Assert.True(result.Stderr.Contains(_scene.Cache.Tree.Path, StringComparison.Ordinal), $"{label}: no path is named: {result}");
    }
}

using System.Text.Json;
using Ferry.Fault.Tests.Harness;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Mirror;

/// <summary>
/// Programs write to a tree while it is mirrored. What has a digest in the manifest is, with just that digest, a version that existed; or the mirror fails and
/// names the file.
/// </summary>
public sealed class ChangingMirrorTests(ITestOutputHelper output) : IDisposable
{
    private const int Files = 12;

    private readonly StagedCache _cache = new();

    public void Dispose() => _cache.Dispose();

    [RequiresFact("ferry", "b3sum")]
    public void Files_that_are_replaced_are_mirrored_in_one_of_their_versions() => MirrorWhile(1, [.. Enumerable.Range(0, Files)], static (path, version) =>
    {
        File.WriteAllBytes($"{path}.new", version);
        File.Move($"{path}.new", path, overwrite: true);
    });

    [RequiresFact("ferry", "b3sum")]
    public void Files_that_are_overwritten_in_place_are_no_mixture() => MirrorWhile(2, [.. Enumerable.Range(0, Files)], static (path, version) =>
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        VersionedFile.WritePieces(file, version);
    });

    [RequiresFact("ferry", "b3sum")]
    public void Files_that_are_truncated_and_written_anew_are_no_mixture() => MirrorWhile(3, [.. Enumerable.Range(0, Files)], static (path, version) =>
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        VersionedFile.WritePieces(file, version);
    });

    [RequiresFact("ferry", "b3sum")]
    public void A_large_file_that_is_overwritten_in_place_is_no_mixture() => MirrorWhile(4, [0, VersionedFile.Large], static (path, version) =>
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        VersionedFile.WritePieces(file, version);
    });

    [RequiresFact("ferry")]
    public void A_file_that_never_stands_still_fails_the_mirror_and_is_named()
    {
        // It takes seconds to read at this rate, and is written to all the time.
        _cache.Tree.Write("source/quiet", VersionedFile.Content(1, 0));
        _cache.Tree.Write("source/f0", VersionedFile.Content(0, 0));
        var result = While(() => _cache.Run("mirror", "--jobs", "2", "--bandwidth-limit", "1MB", _cache.Source, Target), [0], static (path, version) =>
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            VersionedFile.WritePieces(file, version);
        });
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("source/f0: changed while it was being read", result.Stderr, StringComparison.Ordinal);
        Assert.False(File.Exists($"{Target}/f0"), "a mixture was copied");
        Assert.False(File.Exists($"{Target}/BLAKE3SUMS"), "a manifest that looks complete");
        Assert.Equal(["quiet"], File.ReadAllLines($"{Target}/BLAKE3SUMS.incomplete").Select(static line => line[66..]));
    }

    private string Target => _cache.Tree["target"];

    private void MirrorWhile(int seed, int[] files, Action<string, byte[]> write)
    {
        var outcomes = new Dictionary<string, int>();
        for (var round = 0; round < LongRun.Count(4, 250); round++)
        {
            var label = $"seed {seed}, round {round}";
            Tool.Run("rm", ["-rf", Target, _cache.Tree["home/.local"], _cache.Source]).OrThrow();
            foreach (var i in files) _cache.Tree.Write($"source/f{i}", VersionedFile.Content(i, 0));
            var result = While(() => _cache.Run("mirror", "--jobs", "2", "--json", _cache.Source, Target), files, write);
            Check(result, files, label);
            var outcome = result.ExitCode == 0 ? "complete" : "named as changing";
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }

        output.WriteLine($"seed {seed}: {string.Join(", ", outcomes.Select(pair => $"{pair.Value} {pair.Key}"))}");
    }

    private ToolResult While(Func<ToolResult> run, int[] files, Action<string, byte[]> write)
    {
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            for (var number = 1; !stop.IsCancellationRequested; number++)
                foreach (var i in files)
                    if (!stop.IsCancellationRequested)
                        write($"{_cache.Source}/f{i}", VersionedFile.Content(i, number));
        });
        var result = run();
        stop.Cancel();
        writer.Wait();
        return result;
    }

    private void Check(ToolResult result, int[] files, string label)
    {
        Assert.True(result.ExitCode is 0 or 2, $"{label}: {result}");
        var problems = JsonDocument.Parse(result.Stdout).RootElement.GetProperty("problems").EnumerateArray()
            .Select(static problem => $"{problem.GetProperty("path")}: {problem.GetProperty("reason")}").ToArray();
        Assert.True(result.ExitCode == 0 || problems.Any(static problem => problem.Contains("changed while", StringComparison.Ordinal)), $"{label}: {result}");
        Assert.Equal(result.ExitCode == 0, File.Exists($"{Target}/BLAKE3SUMS"));
        var manifest = result.ExitCode == 0 ? "BLAKE3SUMS" : "BLAKE3SUMS.incomplete";
        var listed = File.Exists($"{Target}/{manifest}") ? File.ReadAllLines($"{Target}/{manifest}").Select(static line => line[66..]).ToHashSet() : [];
        if (listed.Count > 0) Tool.Run("b3sum", ["--check", "--quiet", manifest], new ToolOptions { Cwd = Target }).OrThrow();
        foreach (var i in files)
        {
            Assert.True(listed.Contains($"f{i}") || problems.Any(problem => problem.Contains($"f{i}:", StringComparison.Ordinal)), $"{label}: f{i} is silently missing: {result}");
            if (File.Exists($"{Target}/f{i}")) VersionedFile.AssertExistedAtOneMoment(File.ReadAllBytes($"{Target}/f{i}"), i, isAppending: false, label);
        }
    }
}

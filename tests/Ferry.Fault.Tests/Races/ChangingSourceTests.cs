using Ferry.Fault.Tests.Harness;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Races;

/// <summary>
/// Programs write to the source while it is read. What is staged under a name is a version that existed, or the sync fails and names the file;
/// never a mixture of two.
/// </summary>
public sealed class ChangingSourceTests(ITestOutputHelper output)
{
    private const int Files = 12;

    [RequiresFact("ferry")]
    public void A_file_that_is_replaced_while_it_is_read_arrives_in_one_of_its_versions() =>
        SyncWhile(seed: 1, static (path, version) =>
        {
            var temporary = $"{path}.new";
            File.WriteAllBytes(temporary, version);
            File.Move(temporary, path, overwrite: true);
        });

    [RequiresFact("ferry")]
    public void A_file_that_is_overwritten_in_place_while_it_is_read_is_no_mixture() =>
        SyncWhile(seed: 2, static (path, version) =>
        {
            // As long as before: size tells nothing.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            VersionedFile.WritePieces(file, version);
        });

    [RequiresFact("ferry")]
    public void A_file_that_is_truncated_and_written_anew_while_it_is_read_is_no_mixture() =>
        SyncWhile(seed: 3, static (path, version) =>
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            VersionedFile.WritePieces(file, version);
        });

    [RequiresFact("ferry")]
    public void A_file_that_is_appended_to_while_it_is_read_arrives_as_it_was_at_one_moment() =>
        SyncWhile(seed: 5, isAppending: true, write: static (path, version) =>
        {
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            if (file.Length < 20 * version.Length) VersionedFile.WritePieces(file, version);
        });

    [RequiresFact("ferry")]
    public void A_file_that_is_unlinked_while_it_is_read_arrives_or_is_named_as_vanished() =>
        SyncWhile(seed: 4, mayBeMissing: true, write: static (path, version) =>
        {
            File.Delete(path);
            Thread.Yield();
            File.WriteAllBytes(path, version);
        });

    [RequiresFact("ferry")]
    public void A_file_that_never_stands_still_fails_the_sync_and_is_named()
    {
        // It takes seconds to read at this rate, and is written to all the time.
        using var cache = new StagedCache("jobs: 2, bandwidth_limit: 1MB");
        cache.Tree.Write("source/quiet", VersionedFile.Content(1, 0));
        cache.Tree.Write("source/f0", VersionedFile.Content(0, 0));
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            for (var number = 1; !stop.IsCancellationRequested; number++)
            {
                using var file = new FileStream(cache.Tree["source/f0"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
                VersionedFile.WritePieces(file, VersionedFile.Content(0, number));
            }
        });
        var result = cache.Run("sync");
        stop.Cancel();
        writer.Wait();
        Assert.Equal(1, result.ExitCode);
        cache.AssertExport(result, expected: false, "changing file");
        Assert.Contains("source/f0: changed while it was being read", result.Stderr, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(cache.Staged, "f0")), "a mixture was staged");
        Assert.True(File.Exists(Path.Combine(cache.Staged, "quiet")), "the other file did not arrive");
    }

    /// <summary>Rounds of a sync beside one writer that gives one file after the other a new version.</summary>
    private void SyncWhile(int seed, Action<string, byte[]> write, bool mayBeMissing = false, bool isAppending = false)
    {
        var outcomes = new Dictionary<string, int>();
        using var cache = new StagedCache("jobs: 2");
        for (var round = 0; round < LongRun.Count(6, 125); round++)
        {
            var label = $"seed {seed}, round {round}";
            cache.Clear();
            for (var i = 0; i < Files; i++) cache.Tree.Write($"source/f{i}", VersionedFile.Content(i, 0));
            using var stop = new CancellationTokenSource();
            var writer = Task.Run(() => KeepWriting(cache, write, stop.Token));
            var result = cache.Run("sync", "--json");
            stop.Cancel();
            writer.Wait();
            Check(cache, result, mayBeMissing, isAppending, label);
            var outcome = result.ExitCode == 0 ? "complete" : "named as changing";
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            CheckNextSync(cache, label);
        }
        output.WriteLine($"seed {seed}: {string.Join(", ", outcomes.Select(pair => $"{pair.Value} {pair.Key}"))}");
    }

    private static void KeepWriting(StagedCache cache, Action<string, byte[]> write, CancellationToken stop)
    {
        for (var number = 1; !stop.IsCancellationRequested; number++)
            for (var i = 0; i < Files && !stop.IsCancellationRequested; i++)
                write(cache.Tree[$"source/f{i}"], VersionedFile.Content(i, number));
    }

    private static void Check(StagedCache cache, ToolResult result, bool mayBeMissing, bool isAppending, string label)
    {
        Assert.True(result.ExitCode is 0 or 1, $"{label}: {result}");
        var report = SyncReport.Of(result);
        Assert.True(report.IsExported == (result.ExitCode == 0), $"{label}: {result}");
        Assert.True(result.ExitCode == 0 || report.Problems.Any(IsAboutChange), $"{label}: {result}");
        for (var i = 0; i < Files; i++)
        {
            var staged = Path.Combine(cache.Staged, $"f{i}");
            if (File.Exists(staged)) VersionedFile.AssertExistedAtOneMoment(File.ReadAllBytes(staged), i, isAppending, label);
            else
                Assert.True(
                    mayBeMissing || report.Problems.Any(problem => problem.Contains($"source/f{i}:", StringComparison.Ordinal)),
                    $"{label}: f{i} is silently missing: {result}");
        }
    }

    private static bool IsAboutChange(string problem) =>
        problem.Contains("changed while", StringComparison.Ordinal) || problem.Contains("vanished", StringComparison.Ordinal)
        || problem.Contains("was replaced", StringComparison.Ordinal);

    /// <summary>Once nobody writes any more, the next sync brings the last version, however short ago it was written.</summary>
    private static void CheckNextSync(StagedCache cache, string label)
    {
        var result = cache.Run("sync", "--force", "--verify");
        Assert.True(result.ExitCode == 0, $"{label}: the next sync: {result}");
        for (var i = 0; i < Files; i++)
            Assert.True(
                File.ReadAllBytes(cache.Tree[$"source/f{i}"]).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(cache.Staged, $"f{i}"))),
                $"{label}: f{i} is not the last version");
    }
}

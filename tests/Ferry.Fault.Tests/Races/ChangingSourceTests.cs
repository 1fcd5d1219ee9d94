using System.Security.Cryptography;
using System.Text;
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
            // As long as before: size tells nothing. Written in pieces, as programs do.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            for (var at = 0; at < version.Length; at += 50_000)
                file.Write(version.AsSpan(at, Math.Min(50_000, version.Length - at)));
        });

    [RequiresFact("ferry")]
    public void A_file_that_is_truncated_and_written_anew_while_it_is_read_is_no_mixture() =>
        SyncWhile(seed: 3, static (path, version) =>
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            for (var at = 0; at < version.Length; at += 100_000)
                file.Write(version.AsSpan(at, Math.Min(100_000, version.Length - at)));
        });

    [RequiresFact("ferry")]
    public void A_file_that_is_unlinked_while_it_is_read_arrives_or_is_named_as_vanished() =>
        SyncWhile(seed: 4, static (path, version) =>
        {
            File.Delete(path);
            Thread.Yield();
            File.WriteAllBytes(path, version);
        });

    /// <summary>Rounds of a sync beside one writer that gives one file after the other a new version.</summary>
    private void SyncWhile(int seed, Action<string, byte[]> write)
    {
        var outcomes = new Dictionary<string, int>();
        using var cache = new StagedCache("jobs: 2");
        for (var round = 0; round < LongRun.Count(6, 125); round++)
        {
            var label = $"seed {seed}, round {round}";
            cache.Clear();
            for (var i = 0; i < Files; i++) cache.Tree.Write($"source/f{i}", Version(i, 0));
            using var stop = new CancellationTokenSource();
            var writer = Task.Run(() => KeepWriting(cache, write, stop.Token));
            var result = cache.Run("sync", "--json");
            stop.Cancel();
            writer.Wait();
            Check(cache, result, label);
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
                write(cache.Tree[$"source/f{i}"], Version(i, number));
    }

    private static void Check(StagedCache cache, ToolResult result, string label)
    {
        Assert.True(result.ExitCode is 0 or 1, $"{label}: {result}");
        var report = SyncReport.Of(result);
        Assert.True(report.IsExported == (result.ExitCode == 0), $"{label}: {result}");
        Assert.True(result.ExitCode == 0 || report.Problems.Any(IsAboutChange), $"{label}: {result}");
        for (var i = 0; i < Files; i++)
        {
            var staged = Path.Combine(cache.Staged, $"f{i}");
            if (File.Exists(staged)) AssertIsVersion(File.ReadAllBytes(staged), i, label);
            else Assert.True(report.Problems.Any(problem => problem.Contains($"source/f{i}:", StringComparison.Ordinal)), $"{label}: f{i} is silently missing: {result}");
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

    /// <summary>Every version of a file has the same size; its head names it, and every block of it follows from that.</summary>
    private static byte[] Version(int file, int number)
    {
        var content = new byte[300_000 + (file * 1000)];
        var head = Encoding.ASCII.GetBytes($"{file}:{number};");
        var random = new Random(HashCode(head));
        random.NextBytes(content);
        head.CopyTo(content, 0);
        return content;
    }

    private static int HashCode(byte[] head) => BitConverter.ToInt32(SHA256.HashData(head));

    private static void AssertIsVersion(byte[] staged, int file, string label)
    {
        var head = Encoding.ASCII.GetString(staged.AsSpan(0, Math.Min(30, staged.Length)));
        var number = int.TryParse(head.Split(';')[0].Split(':').ElementAtOrDefault(1), out var parsed) ? parsed : -1;
        Assert.True(number >= 0, $"{label}: f{file} with {staged.Length} bytes has no version: a state in the middle of a write");
        Assert.True(staged.AsSpan().SequenceEqual(Version(file, number)), $"{label}: f{file} is a mixture of versions, {staged.Length} bytes");
    }
}

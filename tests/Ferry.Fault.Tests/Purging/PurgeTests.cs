using Ferry.Fault.Tests.Harness;
using Ferry.Testing;
using Xunit.Abstractions;

namespace Ferry.Fault.Tests.Purging;

/// <summary>
/// Scratch is purged file by file, and ferry's marker is not what is deleted. The promise: no export before the staged tree is complete
/// again, and only what is missing is copied.
/// </summary>
public sealed class PurgeTests(ITestOutputHelper output)
{
    [RequiresFact("ferry", "rsync")]
    public void A_purged_file_is_fetched_again_before_the_export_and_nothing_else_is()
    {
        using var cache = new StagedCache();
        new RandomTree(cache.Tree, "source", 4).Add(LongRun.Count(600, 1500));
        cache.Run("sync").OrThrow();
        var deleted = 0L;
        for (var round = 0; round < LongRun.Count(20, 160); round++)
        {
            var before = TreeState.Of(cache.Staged);
            var victims = Choose(before, new Random(round));
            Purge(cache, victims);
            CheckRepair(cache, before, victims, $"round {round}");
            deleted += victims.Count;
        }
        output.WriteLine($"{deleted} names deleted");
    }

    [RequiresFact("ferry", "rsync")]
    public void A_purged_directory_is_fetched_again_with_all_that_was_in_it()
    {
        using var cache = new StagedCache();
        new RandomTree(cache.Tree, "source", 5).Add(LongRun.Count(600, 1500));
        cache.Run("sync").OrThrow();
        for (var round = 0; round < LongRun.Count(8, 40); round++)
        {
            var random = new Random(round);
            var before = TreeState.Of(cache.Staged);
            var directories = before.Entries.Where(entry => entry.Value.IsDirectory).Select(entry => entry.Key).ToArray();
            var chosen = round == 0 ? directories : random.GetItems(directories, random.Next(1, 4));
            var victims = before.Entries.Keys.Where(path => chosen.Any(directory => IsBelow(path, directory))).ToList();
            Purge(cache, victims);
            CheckRepair(cache, before, victims, $"round {round}");
        }
    }

    [RequiresFact("ferry", "rsync")]
    public void A_purge_of_everything_but_the_marker_and_manifest_is_found()
    {
        using var cache = new StagedCache();
        new RandomTree(cache.Tree, "source", 6).Add(200);
        cache.Run("sync").OrThrow();
        var files = TreeState.Of(cache.Staged).Files.Count();
        Directory.Delete(cache.Staged, recursive: true);
        var report = SyncReport.Of(cache.Run("sync", "--json").OrThrow());
        Assert.Equal(files, report.CopiedFiles);
        cache.AssertComplete("all purged");
    }

    [RequiresFact("ferry", "rsync")]
    public void A_purge_during_a_sync_is_found_by_that_sync_or_by_the_next_one()
    {
        using var cache = new StagedCache("jobs: 2");
        WriteSingleFiles(cache, 1500);
        var found = 0;
        var rounds = LongRun.Count(8, 100);
        for (var round = 0; round < rounds; round++)
        {
            cache.Clear();
            var (result, purged) = SyncWhilePurging(cache, new Random(round));
            var label = $"round {round}, {purged} deleted";
            Assert.True(purged > 0, $"{label}: the purge came too late to test anything");
            if (result.ExitCode != 0) found++;
            cache.AssertExport(result, expected: result.ExitCode == 0, label);
            // What was deleted after the sync had looked is missing now, and is not missed by whoever asks next.
            cache.AssertExport(cache.Run("sync").OrThrow(), expected: true, label);
            cache.AssertComplete(label);
        }
        output.WriteLine($"{found} of {rounds} syncs found the purge themselves");
    }

    /// <summary>Without further names: making one would find by itself that the file is gone.</summary>
    private static void WriteSingleFiles(StagedCache cache, int count)
    {
        for (var i = 0; i < count; i++)
        {
            cache.Tree.WriteRandom($"source/d{i % 20}/f{i}", 5000, i);
            cache.Tree.SetTime($"source/d{i % 20}/f{i}", 1_600_000_000 + i);
        }
        for (var i = 0; i < 20; i++) cache.Tree.SetTime($"source/d{i}", 1_600_000_000 + i);
        cache.Tree.SetTime("source", 1_600_000_000);
    }

    /// <summary>Deletes each staged file that it sees with a chance of one in ten, as long as the sync runs.</summary>
    private static (ToolResult Result, int Purged) SyncWhilePurging(StagedCache cache, Random random)
    {
        using var running = cache.Start("sync");
        var purged = 0;
        while (!running.HasExited)
        {
            if (!Directory.Exists(cache.Staged)) continue;
            foreach (var path in Directory.EnumerateFiles(cache.Staged, "f*", SearchOption.AllDirectories).Where(_ => random.Next(10) == 0))
            {
                if (running.HasExited) break;
                File.Delete(path);
                purged++;
            }
        }
        return (running.Wait(), purged);
    }

    private static List<string> Choose(TreeState staged, Random random)
    {
        var share = random.Next(1, 51) / 100.0;
        var chosen = staged.Files.Where(_ => random.NextDouble() < share).Select(entry => entry.Key).ToList();
        return chosen.Count > 0 ? chosen : [staged.Files.First().Key];
    }

    private static bool IsBelow(string path, string directory) =>
        path == directory || path.StartsWith(directory + "/", StringComparison.Ordinal);

    private static void Purge(StagedCache cache, IEnumerable<string> paths)
    {
        foreach (var path in paths.OrderByDescending(path => path.Length))
        {
            var full = Path.Combine(cache.Staged, path);
            if (Directory.Exists(full) && !File.GetAttributes(full).HasFlag(FileAttributes.ReparsePoint)) Directory.Delete(full);
            else File.Delete(full);
        }
    }

    private static void CheckRepair(StagedCache cache, TreeState before, List<string> victims, string label)
    {
        var deleted = victims.Count(path => !before.Entries[path].IsDirectory);
        Assert.True(File.Exists(cache.Marker), $"{label}: the marker should have survived the purge");
        var report = SyncReport.Of(cache.Run("sync", "--json").OrThrow());
        cache.AssertComplete(label);
        Assert.True(report.IsExported && report.CopiedFiles == deleted, $"{label}: {deleted} deleted, {report.CopiedFiles} copied");
        // Further names of one file share its fate: they are made anew with it.
        var moved = TreeState.Of(cache.Staged).Entries
            .Where(entry => entry.Value is { IsDirectory: false, Links: 1 } && entry.Value.Identity != before.Entries[entry.Key].Identity)
            .Select(entry => entry.Key).Except(victims).ToList();
        Assert.True(moved is [], $"{label}: there all the time and copied again: {string.Join(' ', moved)}");
        cache.AssertExport(cache.Run("sync").OrThrow(), expected: true, label);
    }
}

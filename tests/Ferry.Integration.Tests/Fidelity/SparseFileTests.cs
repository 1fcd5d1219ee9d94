using System.Globalization;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Fidelity;

public sealed class SparseFileTests
{
    private const int MiB = 1 << 20;

    [RequiresTheory("ferry", "rsync")]
    [InlineData(false)]
    [InlineData(true)]
    public void Holes_stay_holes_wherever_they_are(bool onDisk)
    {
        using var cache = new StagedCache(onDisk);
        var data = new byte[100_000];
        new Random(7).NextBytes(data);
        cache.Tree.WriteSparse("source/start", 20 * MiB, ((20 * MiB) - data.Length, data));
        cache.Tree.WriteSparse("source/middle", 20 * MiB, (0, data), ((20 * MiB) - data.Length, data));
        cache.Tree.WriteSparse("source/end", 20 * MiB, (0, data));
        cache.Tree.WriteSparse("source/all", 20 * MiB);
        cache.Tree.WriteSparse("source/odd", (20 * MiB) + 4_097, (12_345, data), (7_654_321, data));
        cache.Tree.WriteSparse("source/small", 5_000);

        cache.SyncAndCompare();
        foreach (var name in cache.Tree.Files("source"))
            Assert.True(Blocks($"{cache.Target}/{name}") <= Blocks($"{cache.Source}/{name}") + 64, name);
    }

    [RequiresFact("ferry", "rsync")]
    public void Zeros_that_were_written_are_not_taken_for_a_hole_of_another_file()
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/zeros", new byte[300_000]);
        cache.Tree.Write("source/empty");
        cache.SyncAndCompare();
    }

    [RequiresFact("ferry", "rsync")]
    public void A_file_that_loses_its_holes_is_brought_again_whole()
    {
        using var cache = new StagedCache();
        cache.Tree.WriteSparse("source/file", 3 * MiB, (MiB, [1, 2, 3]));
        cache.SyncAndCompare();
        cache.Tree.WriteRandom("source/file", 3 * MiB);
        cache.MirrorAndCompare();
    }

    private static long Blocks(string path) => long.Parse(Tool.Run("stat", ["-c", "%b", path]).OrThrow().Text, CultureInfo.InvariantCulture);
}

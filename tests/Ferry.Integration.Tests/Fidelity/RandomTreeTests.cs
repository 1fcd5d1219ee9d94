using Ferry.Testing;

namespace Ferry.Integration.Tests.Fidelity;

/// <summary>Trees of everything, changed at random between syncs: after each the staged tree is the source for rsync.</summary>
public sealed class RandomTreeTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, LongRun.Count(2, 40))];

    [RequiresTheory("ferry", "root", "rsync")]
    [MemberData(nameof(Seeds))]
    public void After_every_sync_the_staged_tree_is_the_source(int seed) => Run(seed, onDisk: false, userId: null);

    [RequiresTheory("ferry", "root", "rsync")]
    [MemberData(nameof(Seeds))]
    public void After_every_sync_the_staged_tree_on_disk_is_the_source(int seed) => Run(seed + 1000, onDisk: true, userId: null);

    [RequiresTheory("ferry", "root", "rsync", "setpriv")]
    [MemberData(nameof(Seeds))]
    public void After_every_sync_by_a_normal_user_the_staged_tree_is_the_source(int seed) => Run(seed + 2000, onDisk: false, NormalUser.Id);

    private static void Run(int seed, bool onDisk, int? userId)
    {
        using var cache = new StagedCache(onDisk, userId: userId);
        var tree = new RandomTree(cache.Tree, "source", seed, forNormalUser: userId is not null);
        tree.Grow(150);
        Own(cache, userId);
        cache.SyncAndCompare();
        for (var round = 0; round < LongRun.Count(6, 25); round++)
        {
            var log = tree.Change(12);
            Own(cache, userId);
            var result = cache.Sync("--force", "--delete");
            Assert.True(result.ExitCode == 0, $"seed {seed}, round {round}: {string.Join(", ", log)}\n{result}");
            var differences = RsyncOracle.Differences(cache.Source, cache.Target);
            Assert.True(differences.Length == 0, $"seed {seed}, round {round}: {string.Join("\n", [.. log, .. differences])}");
            Assert.Equal(StagedCache.HardLinks(cache.Source), StagedCache.HardLinks(cache.Target));
        }
    }

    /// <summary>Gives the source to the user who stages it, touching only what is not his yet.</summary>
    private static void Own(StagedCache cache, int? userId)
    {
        if (userId is { } id)
            Tool.Bash("find \"$1\" ! -uid \"$2\" -print0 | xargs -0r chown -h \"$2:$2\" --", cache.Source, $"{id}").OrThrow();
    }
}

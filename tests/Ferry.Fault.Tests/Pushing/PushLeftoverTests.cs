using Ferry.Core.Pushing;
using Ferry.Fault.Tests.Harness;
using Ferry.Fault.Tests.Histories;

namespace Ferry.Fault.Tests.Pushing;

/// <summary>What killed pushes leave in the source and beside the staged tree.</summary>
public sealed class PushLeftoverTests
{
    [Fact]
    public void Temporary_files_of_killed_pushes_go_when_they_are_an_hour_old()
    {
        using var cache = new StagedCache();
        cache.Tree.Write("source/d/file", "old");
        cache.Tree.Write("source/e/file", "old");
        cache.Tree.SetTime("source/e/file", 1_600_000_000);
        new ToolsInProcess(cache).Sync(force: false, delete: false);
        string[] leftovers = ["source/d/.ferry-tmp-3e8-abc-1", "source/e/.ferry-tmp-3e8-abc-2", "scratch/.cache/ferry/.HF_HOME.kept/.ferry-tmp-3e8-abc-3"];
        foreach (var name in leftovers) cache.Tree.Write(name, "half a fi");
        cache.Tree.Write("source/d/.ferry-other", "no temporary file");

        ChangeBoth(cache, "first");
        Assert.True(new ToolsInProcess(cache).Push(ConflictPolicy.Scratch, dryRun: false).IsGood);
        Assert.All(leftovers, name => Assert.True(cache.Tree.Exists(name), $"{name} may be of a push under way"));

        ChangeBoth(cache, "second");
        Assert.True(new ToolsInProcess(cache, new LaterTime(TimeSpan.FromHours(2))).Push(ConflictPolicy.Scratch, dryRun: false).IsGood);
        Assert.False(cache.Tree.Exists(leftovers[0]));
        Assert.False(cache.Tree.Exists(leftovers[2]));
        Assert.True(cache.Tree.Exists(leftovers[1]), "the push had no business there");
        Assert.True(cache.Tree.Exists("source/d/.ferry-other"));
    }

    private static void ChangeBoth(StagedCache cache, string text)
    {
        File.WriteAllText(Path.Combine(cache.Staged, "d/file"), $"{text} by a job");
        cache.Tree.Write("source/d/file", $"{text} of the source");
    }

    private sealed class LaterTime(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}

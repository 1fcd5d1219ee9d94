using Ferry.Fault.Tests.Harness;
using Ferry.Testing;

namespace Ferry.Fault.Tests.Races;

/// <summary>Somebody works in the source while a push puts files there. strace holds the push still at the moment in question.</summary>
public sealed class PushRaceTests
{
    // Long enough for the test to do what it does in between on a busy machine: it waits for what it sees, not for the time.
    private const string HeldAtTheRename = "renameat2:delay_enter=3000000:when=1";
    private const string HeldAroundTheRename = "renameat2:delay_enter=3000000:delay_exit=3000000:when=1";

    [RequiresFact("ferry", "strace")]
    public void A_version_that_was_not_looked_at_is_not_replaced()
    {
        using var cache = WithOneChange();
        using var push = StartHeld(cache, HeldAtTheRename);
        WaitUntil(push, () => Temporaries(cache).Length > 0);
        Replace(cache, "by a person");
        AssertRaceWasSeen(push.Wait(), cache);
        Assert.Equal("by a person", cache.Tree.ReadText("source/file"));
        Assert.Empty(Temporaries(cache));
    }

    [RequiresFact("ferry", "strace")]
    public void A_file_that_is_written_to_in_place_meanwhile_is_not_replaced()
    {
        using var cache = WithOneChange();
        using var push = StartHeld(cache, HeldAtTheRename);
        WaitUntil(push, () => Temporaries(cache).Length > 0);
        File.AppendAllText(cache.Tree["source/file"], " and a person");
        AssertRaceWasSeen(push.Wait(), cache);
        Assert.Equal("staged and a person", cache.Tree.ReadText("source/file"));
    }

    [RequiresFact("ferry", "strace")]
    public void A_name_that_somebody_else_takes_meanwhile_stays_theirs()
    {
        using var cache = WithOneChange();
        cache.Tree.Write("scratch/.cache/ferry/HF_HOME/new", "by a job");
        File.Delete(Path.Combine(cache.Staged, "file"));
        // A file that is new gets its name by a link, which fails if the name is there.
        using var push = StartHeld(cache, "linkat:delay_enter=3000000:when=1", "linkat");
        WaitUntil(push, () => HasCalled(cache, "linkat"));
        cache.Tree.Write("source/new", "by a person");
        var result = push.Wait();
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Equal("by a person", cache.Tree.ReadText("source/new"));
        Assert.Equal("by a job", File.ReadAllText(Path.Combine(cache.Staged, "new")));
    }

    /// <summary>
    /// The first version is exchanged by the push, which sees that it is none that it knows and gives it its name back. Whoever has written a
    /// second one in between, over what the push had put there, finds both.
    /// </summary>
    [RequiresTheory("ferry", "strace")]
    [InlineData(true)]
    [InlineData(false)]
    public void Two_versions_that_were_not_looked_at_are_both_kept(bool inPlace)
    {
        using var cache = WithOneChange();
        using var push = StartHeld(cache, HeldAroundTheRename);
        // The temporary file is there a moment before the last look at the name.
        WaitUntil(push, () => HasCalled(cache, "renameat2"));
        Replace(cache, "the first version");
        WaitUntil(push, () => cache.Tree.ReadText("source/file") == "by a job");
        if (inPlace) File.AppendAllText(cache.Tree["source/file"], ", the second version");
        else Replace(cache, "the second version");
        AssertRaceWasSeen(push.Wait(), cache);
        var found = Directory.GetFiles(cache.Tree["source"]).Select(File.ReadAllText).ToArray();
        Assert.Contains("the first version", found);
        Assert.Contains(found, text => text.EndsWith("the second version", StringComparison.Ordinal));
        Assert.Empty(Temporaries(cache));
    }

    private static StagedCache WithOneChange()
    {
        var cache = new StagedCache("jobs: 1");
        cache.Tree.Write("source/file", "staged");
        cache.Tree.SetTime("source/file", 1_600_000_000);
        cache.Run("sync").OrThrow();
        File.WriteAllText(Path.Combine(cache.Staged, "file"), "by a job");
        return cache;
    }

    private static RunningTool StartHeld(StagedCache cache, string injection, string trace = "renameat2") => RunningTool.Start(
        "strace", ["-f", "-qq", "-o", cache.Tree["trace"], "-e", $"trace={trace}", "-e", $"inject={injection}", FerryBinary.Path, "push"],
        new ToolOptions { CleanEnv = true, Env = cache.Environment });

    private static bool HasCalled(StagedCache cache, string call) =>
        File.Exists(cache.Tree["trace"]) && File.ReadAllText(cache.Tree["trace"]).Contains(call, StringComparison.Ordinal);

    private static void WaitUntil(RunningTool push, Func<bool> condition)
    {
        while (!condition())
        {
            if (push.HasExited) Assert.Fail($"the push ended too early: {push.Wait()}");
            Thread.Sleep(2);
        }
    }

    private static void Replace(StagedCache cache, string content)
    {
        var temporary = cache.Tree.Write("person", content);
        File.Move(temporary, cache.Tree["source/file"], overwrite: true);
    }

    private static string[] Temporaries(StagedCache cache) => Directory.GetFiles(cache.Tree["source"], TreeState.TemporaryPrefix + "*");

    private static void AssertRaceWasSeen(ToolResult result, StagedCache cache)
    {
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Contains("changed in the source while it was being pushed; not overwritten", result.Stderr, StringComparison.Ordinal);
        Assert.Equal("by a job", File.ReadAllText(Path.Combine(cache.Staged, "file")));
    }
}

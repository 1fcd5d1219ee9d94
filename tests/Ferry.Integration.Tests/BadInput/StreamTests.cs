using Ferry.Integration.Tests.Fidelity;
using Ferry.Testing;

namespace Ferry.Integration.Tests.BadInput;

/// <summary>Standard streams that are closed, full or broken.</summary>
public sealed class StreamTests
{
    [RequiresTheory("ferry")]
    [InlineData(">&-")]
    [InlineData("<&- >&-")]
    [InlineData("<&- >&- 2>&-")]
    [InlineData(">&- 2>&-")]
    [InlineData(">/dev/full")]
    [InlineData(">/dev/full 2>/dev/full")]
    [InlineData(">/dev/null 1<&0 </dev/null >&0")] // opened for reading only
    public void Exports_that_cannot_be_written_are_a_failure(string redirection)
    {
        using var cache = Filled();
        var result = Run(cache, redirection);
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Equal("", result.Text);
        Assert.DoesNotContain("   at ", result.Stderr, StringComparison.Ordinal);
        AssertNoExportWentAstray(cache);
        StagedCache.AssertEqualTrees(cache.Source, cache.Target);
    }

    [RequiresTheory("ferry")]
    [InlineData("<&-")]
    [InlineData("2>&-")]
    [InlineData("<&- 2>&-")]
    [InlineData("2>/dev/full")]
    [InlineData("2> >(exec sleep 0)")]
    public void Messages_that_cannot_be_written_do_not_matter(string redirection)
    {
        using var cache = Filled();
        cache.Tree.Fifo("source/pipe");
        var result = Run(cache, redirection);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(cache.Export, result.Text.TrimEnd('\n'));
        AssertNoExportWentAstray(cache);
    }

    [RequiresTheory("ferry")]
    [InlineData(">&-", "sync", "--forse")]
    [InlineData("2>&-", "sync", "--forse")]
    [InlineData(">&- 2>&- <&-", "sync", "--forse")]
    public void A_usage_error_stays_one_whatever_the_streams(string redirection, params string[] args)
    {
        using var cache = Filled();
        Assert.Equal(2, Run(cache, redirection, args).ExitCode);
    }

    [RequiresTheory("ferry")]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("sync", "--json")]
    public void Results_that_find_no_room_are_a_failure(params string[] args)
    {
        using var cache = Filled();
        Assert.Equal(1, Run(cache, ">/dev/full", args).ExitCode);
    }

    [RequiresFact("ferry")]
    public void A_reader_that_went_away_does_not_hang_or_crash_it()
    {
        using var cache = Filled();
        var result = Tool.Bash(
            "set +o pipefail; HOME=\"$1\" \"$2\" sync | true; echo ${PIPESTATUS[0]}", cache.Tree["home"], FerryBinary.Path).OrThrow();
        Assert.Contains(result.Text.TrimEnd('\n'), (string[])["0", "1", "141"]);
        Assert.DoesNotContain("   at ", result.Stderr, StringComparison.Ordinal);
    }

    private static ToolResult Run(StagedCache cache, string redirection, params string[] args) => Tool.Run(
        "bash", ["-c", $"exec \"$0\" \"$@\" {redirection}", FerryBinary.Path, .. args.Length == 0 ? ["sync"] : args],
        new ToolOptions { CleanEnv = true, Env = new Dictionary<string, string?> { ["HOME"] = cache.Tree["home"] } });

    private static void AssertNoExportWentAstray(StagedCache cache) => Assert.Equal(
        "", Tool.Run("grep", ["-rl", "--exclude=config.yaml", $"export {StagedCache.Variable}", cache.Tree.Path]).Text);

    private static StagedCache Filled()
    {
        var cache = new StagedCache();
        cache.Tree.Write("source/dir/file", "x");
        return cache;
    }
}

using Ferry.Testing;

namespace Ferry.Integration.Tests.RealInput;

/// <summary>What holds for every cache, whatever is in it.</summary>
internal static class Staging
{
    /// <summary>
    /// Stages a cache: one export line, and the staged tree equals the source for rsync. Stages again, and once more with
    /// <c>--force</c>: the same line, and no file was written. Returns where the staged tree is.
    /// </summary>
    public static string StageAndCheck(FerryUser user, string variable, string source)
    {
        user.ConfigureCaches([(variable, source)]);
        var first = user.Run("sync").OrThrow();
        var line = Assert.Single(first.Lines);
        Assert.StartsWith($"export {variable}=", line, StringComparison.Ordinal);
        var staged = user.Exported(first, variable);
        Assert.StartsWith(user.Scratch, staged, StringComparison.Ordinal);
        Assert.Empty(RsyncOracle.Differences(source, staged));

        var before = Identities(staged);
        Assert.Equal(first.Text, user.Run("sync").OrThrow().Text);
        Assert.Equal(first.Text, user.Run("sync", "--force").OrThrow().Text);
        Assert.Equal(before, Identities(staged));
        return staged;
    }

    /// <summary>Inode and time of last change of everything: differs if anything was written, even with the same bytes.</summary>
    private static string[] Identities(string directory) =>
        Tool.Bash("find \"$1/\" -printf '%i %C@ %p\\n' | LC_ALL=C sort", directory).OrThrow().Lines;
}

using Ferry.Testing;

namespace Ferry.Integration.Tests.BadInput;

public sealed class LimitTests
{
    [RequiresTheory("ferry", "rsync")]
    [InlineData("-n 256")]
    [InlineData("-n 100")]
    public void Many_jobs_and_directories_need_few_descriptors(string limit)
    {
        using var user = new FerryUser();
        string[] names = ["ONE", "TWO", "THREE", "FOUR"];
        foreach (var name in names)
            for (var i = 0; i < 300; i++) user.Tree.Write($"{name}/a{i % 60}/b{i % 7}/file{i}", "x");
        user.ConfigureCaches(names.Select(name => (name, user.Tree[name])), "transfer: { jobs: 64, parallel_caches: 4 }\n");
        var env = new Dictionary<string, string?> { ["HOME"] = user.Home };
        var result = FerryBinary.Run(["sync"], env, ulimits: [limit]).OrThrow();
        Assert.Equal(4, result.Lines.Length);
        foreach (var name in names)
            Assert.Empty(RsyncOracle.Differences(user.Tree[name], $"{user.Scratch}/.cache/ferry/{name}"));
    }

    [RequiresFact("ferry", "rsync")]
    public void A_file_larger_than_allowed_is_a_failure_and_not_a_signal()
    {
        using var user = new FerryUser();
        user.Tree.WriteRandom("source/big", 3_000_000);
        user.Tree.Write("source/small", "x");
        user.ConfigureCaches([("CACHE", user.Tree["source"])]);
        // The runtime itself maps its code from a file that would be too large.
        var env = new Dictionary<string, string?> { ["HOME"] = user.Home, ["DOTNET_EnableWriteXorExecute"] = "0" };
        var result = FerryBinary.Run(["sync"], env, ulimits: ["-f 1000"]);
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Equal("", result.Text);
        Assert.Contains("/big: ", result.Stderr, StringComparison.Ordinal);
        Assert.False(user.Tree.Exists("scratch/.cache/ferry/CACHE/big"));
    }
}

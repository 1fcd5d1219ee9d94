using Ferry.Testing;

namespace Ferry.Integration.Tests.Harness;

public sealed class PythonEnvTreeTests
{
    [RequiresFact("rsync")]
    public void The_same_seed_gives_the_same_tree_of_exactly_so_many_files()
    {
        using var tree = new TempTree();
        PythonEnvTree.Create(tree.MakeDirectory("one"), 3_000, seed: 7);
        PythonEnvTree.Create(tree.MakeDirectory("two"), 3_000, seed: 7);
        Assert.Empty(RsyncOracle.Differences(tree["one"], tree["two"]));
        Assert.Equal(3_000, int.Parse(Tool.Bash("find \"$1\" -type f -printf '%i\\n' | sort -u | wc -l", tree["one"]).OrThrow().Text));
    }
}

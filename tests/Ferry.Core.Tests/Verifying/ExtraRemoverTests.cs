using Ferry.Core.Linux;
using Ferry.Core.Verifying;
using Ferry.Core.Walking;
using Ferry.Testing;

namespace Ferry.Core.Tests.Verifying;

/// <summary>What the source does not have goes from the target, as with <c>rsync --delete</c>, and nothing else does.</summary>
public sealed class ExtraRemoverTests : IDisposable
{
    private readonly TreePairFixture _pair = new();

    private TempTree Tree => _pair.Tree;

    public void Dispose() => _pair.Dispose();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, LongRun.Count(5, 200))];

    [RequiresTheory("rsync")]
    [MemberData(nameof(Seeds))]
    public void After_a_removal_and_a_copy_rsync_finds_nothing_to_do(int seed)
    {
        var random = new Random(seed);
        _pair.Fill(random, 30);
        _pair.Copy();
        Damage(random, "target", 60);
        Damage(random, "source", 40);
        var (plan, report) = Run(ExtraScope.All);
        Assert.Empty(report.Problems);
        Assert.Equal((plan.Files, plan.DirectoryCount, plan.Bytes), (report.Files, report.Directories, report.Bytes));
        Assert.Equal(plan.Files, plan.Names.Items.Sum(static name => name.Files));
        Assert.Equal(0, _pair.Compare().Extra.Count);
        Tool.Run("rsync", ["-aHAX", "--checksum", "--modify-window=-1", Tree["source"] + "/", Tree["target"]]).OrThrow();
        Assert.Empty(RsyncOracle.Differences(Tree["source"], Tree["target"]));
    }

    [RequiresTheory("rsync")]
    [MemberData(nameof(Seeds))]
    public void Excluded_names_are_protected_as_rsync_protects_them(int seed)
    {
        var random = new Random(seed);
        _pair.Fill(random, 20);
        _pair.Copy();
        // Without what changes its kind: rsync replaces also an excluded directory by a file.
        Damage(random, "target", 60, kinds: 3);
        Damage(random, "source", 40, kinds: 3);
        Tool.Run("cp", ["-a", Tree["target"], Tree["expected"]]).OrThrow();
        string[] excludes = ["*1", "file2", "deep/"];
        string[] options = ["-a", "--checksum", .. excludes.Select(static pattern => $"--exclude={pattern}"), Tree["source"] + "/"];
        Tool.Run("rsync", ["--delete", .. options, Tree["expected"]]).OrThrow();
        Run(ExtraScope.All, IgnorePatterns.Parse(excludes));
        Tool.Run("rsync", [.. options, Tree["target"]]).OrThrow();
        Assert.Equal(Listing("expected"), Listing("target"));
    }

    [Fact]
    public void Only_what_is_in_the_way_goes_if_no_more_is_wanted()
    {
        Tree.Write("source/was-directory", "file");
        Tree.Symlink("source/was-directory2", "anywhere");
        Tree.Write("source/was-file/inside", "x");
        Tree.Fifo("source/pipe");
        Tree.Write("target/was-directory/a/b", "x");
        Tree.Write("target/was-directory2/c", "x");
        Tree.Write("target/was-file", "12345");
        Tree.Write("target/extra", "x");
        Tree.Write("target/extras/a", "x");
        Tree.Write("target/pipe/a", "x");
        var (plan, report) = Run(ExtraScope.InTheWay);
        Assert.Equal((3, 3, 7), (report.Files, report.Directories, report.Bytes));
        Assert.Equal(
            ["- was-directory Directory 1 1", "- was-directory2 Directory 1 1", "- was-file File 1 5"],
            plan.Names.Items.Select(static name => TreePairFixture.Line("-", name)));
        Assert.Equal(["extra", "extras/a", "pipe/a"], Tree.Files("target"));
    }

    [Fact]
    public void A_plan_alone_removes_nothing_and_names_a_directory_once()
    {
        _pair.Fill(new Random(1), 3);
        _pair.Copy();
        Tree.Write("target/slot1/new/deep/a", "123");
        Tree.Write("target/slot1/new/b", "1");
        Tree.Write("target/c", "1");
        using var source = TreeRoot.Open(Tree["source"]);
        using var target = TreeRoot.Open(Tree["target"]);
        var plan = ExtraRemover.Plan(source, target, null, ExtraScope.All, TreePairFixture.Limiter(), default);
        Assert.Equal((3, 2, 5), (plan.Files, plan.DirectoryCount, plan.Bytes));
        Assert.Equal(["- c File 1 1", "- slot1/new Directory 2 4"], plan.Names.Items.Select(static name => TreePairFixture.Line("-", name)));
        Assert.True(Tree.Exists("target/slot1/new/deep/a"));
    }

    [Fact]
    public void A_directory_that_stays_keeps_its_time_and_one_with_excluded_names_stays()
    {
        _pair.Fill(new Random(1), 3);
        _pair.Copy();
        Tree.Write("target/slot1/directory/extra/more/a.keep", "x");
        Tree.Write("target/slot1/directory/extra/more/a", "x");
        Tree.Write("target/slot2/file2", "x");
        Tree.SetTime("target/slot1/directory", 1000);
        Tree.SetTime("target/slot2", 2000);
        Tree.SetTime("target", 3000);
        var (plan, report) = Run(ExtraScope.All, IgnorePatterns.Parse(["*.keep"]));
        Assert.Equal(["- slot1/directory/extra/more/a File 1 1", "- slot2/file2 File 1 1"], plan.Names.Items.Select(static name => TreePairFixture.Line("-", name)));
        Assert.Equal((2, 0), (report.Files, report.Directories));
        Assert.Equal(ProblemKind.Warning, Assert.Single(report.Problems).Kind);
        Assert.Equal(["a.keep"], Tree.Files("target/slot1/directory/extra/more"));
        Assert.Equal([1000L, 2000, 3000], new[] { "/slot1/directory", "/slot2", "" }.Select(path => TimeOf($"target{path}")));
    }

    [Fact]
    public void Directories_without_write_permission_are_emptied_and_those_that_stay_keep_it_so()
    {
        _pair.Fill(new Random(1), 3);
        _pair.Copy();
        Tree.Write("target/slot1/extra/deep/file", "x");
        Tree.Write("target/slot2/file2", "x");
        foreach (var path in new[] { "slot1/extra/deep", "slot1/extra", "slot1", "slot2" }) Tree.Chmod($"target/{path}", "555");
        var (_, report) = Run(ExtraScope.All);
        Assert.Empty(report.Problems);
        Assert.Equal((2, 2), (report.Files, report.Directories));
        Assert.Equal("555\n555\n", Tool.Run("stat", ["-c", "%a", Tree["target/slot1"], Tree["target/slot2"]]).OrThrow().Text);
    }

    [Fact]
    public void A_directory_swapped_for_a_link_leads_nowhere()
    {
        _pair.Fill(new Random(1), 3);
        _pair.Copy();
        Tree.Write("target/slot1/extra/file", "x");
        Tree.Write("elsewhere/file", "x");
        Tree.Write("elsewhere/deep/file", "x");
        var report = RunAfter(() =>
        {
            Directory.Move(Tree["target/slot1/extra"], Tree["aside"]);
            Tree.Symlink("target/slot1/extra", Tree["elsewhere"]);
        });
        Assert.Equal(0, report.Files + report.Directories);
        Assert.Contains(report.Problems, static problem => problem.Kind == ProblemKind.Failure);
        Assert.Equal(["deep/file", "file"], Tree.Files("elsewhere"));
        Assert.Equal(["file"], Tree.Files("aside"));
        Assert.True(Tree.Exists("target/slot1/extra"));
    }

    [Fact]
    public void A_directory_above_swapped_for_a_link_leads_nowhere()
    {
        _pair.Fill(new Random(1), 3);
        _pair.Copy();
        Tree.Write("target/slot1/extra/file", "x");
        Tool.Run("cp", ["-a", Tree["target/slot1"], Tree["elsewhere"]]).OrThrow();
        var report = RunAfter(() =>
        {
            Directory.Move(Tree["target/slot1"], Tree["aside"]);
            Tree.Symlink("target/slot1", Tree["elsewhere"]);
        });
        Assert.Equal(0, report.Files + report.Directories);
        Assert.True(Tree.Exists("elsewhere/extra/file"));
        Assert.True(Tree.Exists("aside/extra/file"));
    }

    [Fact]
    public void Another_directory_of_the_same_name_and_a_file_that_is_new_stay()
    {
        _pair.Fill(new Random(1), 3);
        _pair.Copy();
        Tree.Write("target/slot1/extra/file", "x");
        Tree.Write("target/slot2/extra", "old");
        var report = RunAfter(() =>
        {
            Directory.Move(Tree["target/slot1/extra"], Tree["aside"]);
            Tree.Write("target/slot1/extra/file", "x");
            File.Delete(Tree["target/slot2/extra"]);
            Tree.Write("target/slot2/extra", "new");
        });
        Assert.Equal(0, report.Files + report.Directories);
        Assert.Equal("new", Tree.ReadText("target/slot2/extra"));
        Assert.True(Tree.Exists("target/slot1/extra/file"));
        Assert.True(Tree.Exists("aside/file"));
    }

    [Fact]
    public void What_is_put_into_a_directory_meanwhile_keeps_it()
    {
        _pair.Fill(new Random(1), 3);
        _pair.Copy();
        Tree.Write("target/extra/deep/file", "x");
        var report = RunAfter(() => Tree.Write("target/extra/deep/new", "x"));
        Assert.Equal((1, 0), (report.Files, report.Directories));
        Assert.Equal(["new"], Tree.Files("target/extra/deep"));
        Assert.All(report.Problems, static problem => Assert.EndsWith("is not empty: kept", problem.Reason, StringComparison.Ordinal));
    }

    [RequiresFact("fuse")]
    public void Nothing_is_removed_when_a_part_of_the_source_cannot_be_read()
    {
        Tree.Write("real/readable/a", "x");
        Tree.Write("real/broken/b", "x");
        Tree.Write("target/extra", "x");
        Tree.Write("target/broken/b", "x");
        using var mount = new SlowFs(Tree["real"], fail: ["opendir:EIO:path=/broken"]);
        var (plan, report) = Run(ExtraScope.All, from: mount.Path);
        Assert.False(plan.MayRun);
        Assert.Equal(0, report.Files + report.Directories);
        Assert.Contains(report.Problems, static problem => problem.Reason.StartsWith("nothing was removed", StringComparison.Ordinal));
        Assert.True(Tree.Exists("target/extra"));
        Assert.True(Tree.Exists("target/broken/b"));
    }

    private (ExtraPlan Plan, ExtraReport Report) Run(ExtraScope scope, IgnorePatterns? excludes = null, string? from = null)
    {
        using var source = TreeRoot.Open(from ?? Tree["source"]);
        using var target = TreeRoot.Open(Tree["target"]);
        var plan = ExtraRemover.Plan(source, target, excludes, scope, TreePairFixture.Limiter(), default);
        return (plan, ExtraRemover.Run(plan, target, TreePairFixture.Limiter(), default));
    }

    private ExtraReport RunAfter(Action race)
    {
        using var source = TreeRoot.Open(Tree["source"]);
        using var target = TreeRoot.Open(Tree["target"]);
        var plan = ExtraRemover.Plan(source, target, null, ExtraScope.All, TreePairFixture.Limiter(), default);
        race();
        return ExtraRemover.Run(plan, target, TreePairFixture.Limiter(), default);
    }

    /// <summary>Removes, adds and replaces at random.</summary>
    private void Damage(Random random, string root, int count, int kinds = 4)
    {
        for (var i = 0; i < count; i++)
        {
            // Not by Directory's own enumeration, which follows links.
            var all = Tool.Run("find", [Tree[root], "-mindepth", "1", "-printf", "%y%P\\0"]).OrThrow().Text.Split('\0', StringSplitOptions.RemoveEmptyEntries);
            var picked = all.Order(StringComparer.Ordinal).ElementAt(random.Next(all.Length));
            var (isDirectory, path) = (picked[0] == 'd', $"{root}/{picked[1..]}");
            switch (random.Next(kinds))
            {
                case 0: Tool.Run("rm", ["-rf", Tree[path]]).OrThrow(); break;
                case 1 when isDirectory: Tree.WriteRandom($"{path}/new{i % 4}/file{i}", random.Next(100)); break;
                case 2 when isDirectory: Tree.Symlink($"{path}/link{i}", ".."); break;
                case 3:
                    Tool.Run("rm", ["-rf", Tree[path]]).OrThrow();
                    if (isDirectory) Tree.Write(path, "a file"); else Tree.Write($"{path}/file{i % 3}", "in a directory");
                    break;
            }
        }
    }

    private string[] Listing(string root) =>
        [.. Tool.Run("find", [Tree[root], "-printf", "%y %P\\0"]).OrThrow().Text.Split('\0').Order(StringComparer.Ordinal)];

    private long TimeOf(string path) => new DateTimeOffset(Directory.GetLastWriteTimeUtc(Tree[path])).ToUnixTimeSeconds();
}

using System.Text;
using Ferry.Core.Linux;
using Ferry.Core.Verifying;
using Ferry.Core.Walking;
using Ferry.Testing;

namespace Ferry.Core.Tests.Verifying;

/// <summary>A comparison reports exactly what was changed.</summary>
public sealed class TreeComparisonTests : IDisposable
{
    private readonly TreePairFixture _pair = new();

    private TempTree Tree => _pair.Tree;

    public void Dispose() => _pair.Dispose();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, LongRun.Count(6, 200))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Random_changes_are_reported_and_nothing_else(int seed)
    {
        var random = new Random(seed);
        _pair.Fill(random, 60);
        _pair.Copy();
        Assert.Empty(TreePairFixture.Lines(_pair.Compare()));
        var expected = new List<string>();
        foreach (var slot in Directory.GetDirectories(Tree["target"]).Select(path => Path.GetFileName(path)!))
        {
            if (random.Next(3) > 0) expected.AddRange(Change(random, slot));
        }

        // What is done to a file shows under its other name too.
        const string start = "differs ";
        expected.AddRange(expected
            .Where(line => line.StartsWith(start, StringComparison.Ordinal) && line.Contains("/file ", StringComparison.Ordinal))
            .Select(static line => line.Replace("/file ", "/other ", StringComparison.Ordinal))
            .Where(line => Tree.Exists($"target/{line[start.Length..line.LastIndexOf(' ')]}")).ToArray());

        _pair.RestoreDirectoryTimes();
        var report = _pair.Compare();
        Assert.Empty(report.Problems);
        Assert.Equal(expected.Order(StringComparer.Ordinal), TreePairFixture.Lines(report).Order(StringComparer.Ordinal));
        Assert.Equal(expected.Count == 0, report.IsSame);
    }

    [Fact]
    public void The_times_of_the_roots_are_not_compared_but_their_modes_are()
    {
        _pair.Fill(new Random(1), 2);
        _pair.Copy();
        Tree.SetTime("target", 1000);
        Assert.True(_pair.Compare().IsSame);
        Tree.Chmod("target", "700");
        Assert.Equal(["differs  Mode"], TreePairFixture.Lines(_pair.Compare()));
    }

    [Fact]
    public void A_directory_of_another_time_or_mode_differs()
    {
        _pair.Fill(new Random(1), 2);
        _pair.Copy();
        Tree.SetTime("target/slot1", 1000);
        Tree.Chmod("target/slot1/directory", "2700");
        Assert.Equal(["differs slot1 Modified", "differs slot1/directory Mode"], TreePairFixture.Lines(_pair.Compare()));
    }

    [Fact]
    public void A_time_that_a_coarse_file_system_would_keep_does_not_differ()
    {
        Tree.Write("source/file", "x");
        Tree.SetTime("source/file", 1_000_001, 123_456_789);
        _pair.Copy();
        foreach (var (seconds, nanoseconds) in new[] { (1_000_001, 0), (1_000_000, 0), (1_000_001, 123_456_000), (1_000_001, 123_456_700) })
        {
            Tree.SetTime("target/file", seconds, nanoseconds);
            Assert.True(_pair.Compare().IsSame);
        }

        Tree.SetTime("target/file", 1_000_001, 123_456_788);
        Assert.False(_pair.Compare().IsSame);
    }

    [Fact]
    public void Excluded_names_take_no_part_on_either_side()
    {
        _pair.Fill(new Random(1), 4);
        _pair.Copy();
        Tree.Write("source/only.tmp");
        Tree.Write("target/only2.tmp");
        Tree.Write("source/slot1/cache/file");
        Tree.Write("target/slot2/cache/file");
        Tree.Write("source/slot3/cache", "a file under the name");
        _pair.RestoreDirectoryTimes();
        Assert.Equal(
            ["missing slot3/cache File 1 21"], TreePairFixture.Lines(_pair.Compare(IgnorePatterns.Parse(["*.tmp", "cache/"]))));
    }

    [Fact]
    public void What_is_never_copied_is_not_missing()
    {
        Tree.Write("source/file");
        Tree.Fifo("source/pipe");
        _pair.Copy();
        File.Delete(Tree["target/pipe"]);
        Assert.True(_pair.Compare().IsSame);
        Tree.Fifo("target/other");
        Assert.Equal(["extra other Other 1 0"], TreePairFixture.Lines(_pair.Compare()));
    }

    [Fact]
    public void Names_that_are_one_file_on_one_side_only_are_named_without_being_a_difference()
    {
        foreach (var name in new[] { "a", "b", "c", "d" }) Tree.Write($"source/{name}", "same");
        Tree.HardLink("source/e", "source/a");
        Tree.HardLink("source/f", "source/a");
        foreach (var name in new[] { "a", "b", "c", "d", "e", "f" }) Tree.SetTime($"source/{name}", 1_000_000);
        Tool.Run("cp", ["-rp", Tree["source"], Tree["target"]]).OrThrow();
        File.Delete(Tree["target/c"]);
        Tree.HardLink("target/c", "target/b");
        _pair.RestoreDirectoryTimes();
        var report = _pair.Compare();
        Assert.True(report.IsSame);
        Assert.Equal(["c", "e", "f"], report.Relinked.Items.Select(Encoding.UTF8.GetString));
        Assert.Equal(3, report.Relinked.Count);
    }

    [Fact]
    public void Of_more_than_are_shown_the_first_by_path_are_and_all_are_counted()
    {
        Tree.Write("target/file0999");
        for (var i = 999; i >= 0; i--) Tree.Write($"source/file{i:d4}");
        var report = _pair.Compare(maxShown: 7);
        Assert.Equal(999, report.Missing.Count);
        Assert.Equal(
            Enumerable.Range(0, 7).Select(static i => $"missing file{i:d4} File 1 0"),
            report.Missing.Items.Select(static name => TreePairFixture.Line("missing", name)));
    }

    [Fact]
    public void A_link_where_the_source_has_a_directory_is_not_followed()
    {
        _pair.Fill(new Random(1), 2);
        _pair.Copy();
        Directory.Move(Tree["target/slot1"], Tree["elsewhere"]);
        Tree.Symlink("target/slot1", Tree["elsewhere"]);
        Assert.Equal(["differs slot1 Kind"], TreePairFixture.Lines(_pair.Compare()));
    }

    [Fact]
    public void A_target_that_is_gone_is_a_failure()
    {
        _pair.Fill(new Random(1), 2);
        _pair.Copy();
        using var source = TreeRoot.Open(Tree["source"]);
        using var target = TreeRoot.Open(Tree["target"]);
        Directory.Delete(Tree["target"], recursive: true);
        var report = TreeComparison.Run(
            source, target, null, TreePairFixture.Limiter(), new Ferry.Core.Progress.TransferProgress(), default);
        Assert.False(report.IsSame);
        Assert.Contains(report.Problems, static problem => problem.Kind == ProblemKind.Failure && problem.Errno == Errno.ENOENT);
    }

    /// <summary>Changes one slot of the target at random; what a report should say of it.</summary>
    private string[] Change(Random random, string slot)
    {
        var (file, link, directory) = ($"target/{slot}/file", $"target/{slot}/link", $"target/{slot}/directory");
        switch (random.Next(12))
        {
            case 0:
                var length = Tree.Read(file).Length;
                File.Delete(Tree[file]);
                return [$"missing {slot}/file File 1 {length}"];
            case 1:
                var (files, bytes) = Measure(directory);
                Directory.Delete(Tree[directory], recursive: true);
                return [$"missing {slot}/directory Directory {files} {bytes}"];
            case 2:
                Tree.Write($"target/{slot}/new", "12345");
                Tree.Symlink($"target/{slot}/newlink", "x");
                return [$"extra {slot}/new File 1 5", $"extra {slot}/newlink Symlink 1 0"];
            case 3:
                Tree.Write($"target/{slot}/directory/new/deep/a", "123");
                Tree.Write($"target/{slot}/directory/new/b", "1234");
                return [$"extra {slot}/directory/new Directory 2 7"];
            case 4:
                Tree.Chmod(file, "4755");
                return [$"differs {slot}/file Mode"];
            case 5:
                Tree.SetTime(file, random.Next(), 999_999_999);
                return [$"differs {slot}/file Modified"];
            case 6:
                File.AppendAllText(Tree[file], "more");
                Tool.Run("touch", ["-r", Tree[$"source/{slot}/file"], Tree[file]]).OrThrow();
                return [$"differs {slot}/file Size"];
            case 7:
                File.Delete(Tree[link]);
                Tree.Symlink(link, "changed");
                Tool.Run("touch", ["-hr", Tree[$"source/{slot}/link"], Tree[link]]).OrThrow();
                return [$"differs {slot}/link LinkTarget"];
            case 8:
                Tree.SetAttribute(file, "user.test", "another"u8);
                return [$"differs {slot}/file Attributes"];
            case 9:
                Directory.Delete(Tree[directory], recursive: true);
                Tree.Write(directory, "a file");
                return [$"differs {slot}/directory Kind"];
            case 10:
                File.Delete(Tree[link]);
                Tree.Write($"{link}/file", "in a directory");
                return [$"differs {slot}/link Kind"];
            default:
                if (!Environment.IsPrivilegedProcess) return [];
                Tool.Run("chown", ["-h", "1234:4321", Tree[link]]).OrThrow();
                return [$"differs {slot}/link Owner, Group"];
        }
    }

    private (int Files, long Bytes) Measure(string directory)
    {
        var files = Tree.Files(directory);
        return (files.Length, files.Sum(file => (long)Tree.Read($"{directory}/{file}").Length));
    }
}

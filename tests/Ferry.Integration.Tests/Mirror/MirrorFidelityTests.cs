using Ferry.Integration.Tests.Fidelity;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Mirror;

/// <summary>After a mirror rsync finds nothing to do: on hard trees, and over whatever was in the target.</summary>
public sealed class MirrorFidelityTests : IDisposable
{
    private readonly MirrorUser _user = new();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, LongRun.Count(2, 30))];

    public void Dispose() => _user.Dispose();

    [RequiresTheory("ferry", "root", "rsync")]
    [MemberData(nameof(Seeds))]
    public void Trees_of_everything_arrive_and_change(int seed)
    {
        using var user = new MirrorUser(onDisk: seed % 2 == 0);
        user.Tree.MakeDirectory("src");
        var tree = new RandomTree(user.Tree, "src", seed);
        tree.Grow(200);
        for (var round = 0; round < LongRun.Count(4, 20); round++)
        {
            var log = round == 0 ? [] : tree.Change(10);
            var result = user.Mirror("--manifest", user.Tree["sums"], "--delete", "--yes");
            Assert.True(result.ExitCode == 0, $"seed {seed}, round {round}: {string.Join(", ", log)}\n{result}");
            AssertEqual(user, $"seed {seed}, round {round}: {string.Join(", ", log)}");
        }
    }

    [RequiresTheory("ferry", "rsync")]
    [InlineData("rsync -aHAX \"$1/\" \"$2/\"")]
    [InlineData("cp -a \"$1\" \"$2\"")]
    public void A_copy_that_another_tool_made_is_read_and_not_written_again(string copy)
    {
        _user.WithFiles();
        _user.Tree.WriteSparse("src/sparse", 4 << 20, (1_000_000, [1, 2, 3]));
        _user.Tree.SetTime("src/sparse", 1_600_000_000);
        _user.Tree.HardLink("src/d0/second", "src/big");
        _user.Tree.Symlink("src/link", "d0/f0");
        Tool.Bash(copy, _user.Source, _user.Target).OrThrow();
        var before = Inodes();
        Mirror(_user).OrThrow();
        Assert.Equal(before, Inodes());
        AssertEqual(_user, copy);
    }

    [RequiresFact("ferry", "rsync")]
    public void Over_an_older_copy_only_what_changed_is_written()
    {
        _user.WithFiles();
        Tool.Run("cp", ["-a", _user.Source, _user.Target]).OrThrow();
        _user.WriteSource("d0/f0", 1000, 500);
        _user.WriteSource("d1/f1", 9000, 501);
        _user.Tree.Chmod("src/d2/f2", "640");
        File.Delete(_user.Tree["dst/d2/f5"]);
        var report = MirrorUser.Json(_user.Mirror("--manifest", _user.Tree["sums"], "--json").OrThrow());
        Assert.Equal(3, report.GetProperty("copy").GetProperty("planned_files").GetInt64());
        AssertEqual(_user, "older copy");
    }

    [RequiresFact("ferry", "rsync")]
    public void A_newer_file_of_the_target_is_replaced_as_rsync_does()
    {
        _user.WithFiles();
        Tool.Run("cp", ["-a", _user.Source, _user.Target]).OrThrow();
        _user.Tree.Write("dst/d0/f0", "newer, and of another size");
        _user.DamageTarget("d0/f3");
        // Same size and time: rsync -a takes it for the same, and so does the copy; the proof does not.
        var result = Mirror(_user);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("changed   d0/f3: ", result.Stderr, StringComparison.Ordinal);
        Assert.Equal(_user.Tree.Read("src/d0/f0"), _user.Tree.Read("dst/d0/f0"));
    }

    [RequiresFact("ferry", "rsync")]
    public void What_is_in_the_way_of_another_kind_makes_room()
    {
        _user.Tree.Write("src/dir/file", "in a directory");
        _user.Tree.Write("src/file", "a file");
        _user.Tree.Symlink("src/link", "file");
        _user.Tree.Write("src/was-link/file", "x");
        _user.Tree.Write("dst/dir", "a file is in the way");
        _user.Tree.Symlink("dst/file", "/etc/hostname");
        _user.Tree.Write("dst/link", "a file is in the way");
        _user.Tree.Symlink("dst/was-link", "/etc");
        Mirror(_user).OrThrow();
        AssertEqual(_user, "other kinds");
        Assert.False(File.Exists("/etc/file"));
    }

    [RequiresFact("ferry", "rsync")]
    public void Directories_in_the_way_of_files_and_links_go_with_delete()
    {
        _user.Tree.Write("src/file", "a file");
        _user.Tree.Symlink("src/link", "file");
        _user.Tree.Write("dst/file/sub/old", "x");
        _user.Tree.MakeDirectory("dst/link");
        _user.Mirror("--manifest", _user.Tree["sums"], "--delete", "--yes").OrThrow();
        AssertEqual(_user, "directories in the way");
    }

    [RequiresFact("ferry", "rsync")]
    public void A_target_that_is_a_link_to_a_directory_is_filled_and_stays_a_link()
    {
        _user.WithFiles();
        _user.Tree.MakeDirectory("elsewhere");
        _user.Tree.Symlink("dst", "elsewhere");
        Mirror(_user).OrThrow();
        AssertEqual(_user, "through a link");
        Assert.Equal("elsewhere", new FileInfo(_user.Target).LinkTarget);
    }

    [RequiresFact("ferry", "rsync", "b3sum")]
    public void Ten_thousand_files_arrive()
    {
        PythonEnvTree.Create(_user.Source, files: LongRun.Count(3_000, 40_000));
        Mirror(_user).OrThrow();
        AssertEqual(_user, "many files");
        MirrorUser.AssertB3sum(_user.Target, _user.Tree["sums"]);
    }

    [RequiresTheory("ferry", "rsync")]
    [InlineData("native")]
    [InlineData("rsync")]
    public void What_cannot_be_copied_is_named_once_and_is_no_failure(string engine)
    {
        _user.WithFiles();
        _user.Tree.Fifo("src/pipe");
        var result = _user.Mirror("--engine", engine).OrThrow();
        var line = Assert.Single(result.Stderr.Split('\n'), static line => line.Contains("pipe", StringComparison.Ordinal));
        Assert.Equal($"warning   {_user.Source}/pipe: skipped: not a file, directory or link", line);
        Assert.False(_user.Tree.Exists("dst/pipe"));
    }

    /// <summary>With the manifest beside the trees: one in them changes the times of their roots.</summary>
    private static ToolResult Mirror(MirrorUser user) => user.Mirror("--manifest", user.Tree["sums"]);

    private static void AssertEqual(MirrorUser user, string label)
    {
        var differences = RsyncOracle.Differences(user.Source, user.Target);
        Assert.True(differences is [], $"{label}\n{string.Join('\n', differences)}");
        Assert.Equal(StagedCache.HardLinks(user.Source), StagedCache.HardLinks(user.Target));
    }

    private string Inodes() => Tool.Bash("cd \"$1\"; find . -type f -printf '%i %T@ %b %p\\n' | sort", _user.Target).OrThrow().Text;
}

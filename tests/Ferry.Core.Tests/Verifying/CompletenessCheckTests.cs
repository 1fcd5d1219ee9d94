using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;
using Ferry.Core.Progress;
using Ferry.Core.Verifying;
using Ferry.Testing;

namespace Ferry.Core.Tests.Verifying;

/// <summary>What a purge took is found, and what jobs do is not taken for a purge.</summary>
public sealed class CompletenessCheckTests : IDisposable
{
    private const int Files = 11;

    private readonly TempTree _tree = new();

    public CompletenessCheckTests()
    {
        for (var i = 0; i < 10; i++) _tree.Write($"source/dir{i % 3}/sub/file{i}", $"contents {i}");
        _tree.Symlink("source/link", "nowhere");
        _tree.MakeDirectory("source/empty");
        _tree.MakeDirectory("target");
        using var source = TreeRoot.Open(_tree["source"]);
        using var target = TreeRoot.Open(_tree["target"]);
        var options = new CopyOptions { Limiter = Limiter() };
        using var plan = TreePlanner.Make(source, target, _tree["manifest"], options, Timestamp.From(TimeProvider.System.GetUtcNow()), default);
        Assert.True(TreeCopier.Run(plan, source, target, _tree["manifest"], options, new TransferProgress(), default).IsComplete);
    }

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void A_tree_as_it_was_staged_is_complete() => Assert.Equal(new Completeness(0, 0, Files), Check());

    [Fact]
    public void Every_file_that_goes_is_missed()
    {
        var missing = 0;
        foreach (var path in _tree.Files("target"))
        {
            File.Delete(_tree[$"target/{path}"]);
            Assert.Equal(++missing, Check().Missing);
        }
    }

    [Fact]
    public void An_empty_directory_that_goes_is_missed()
    {
        Directory.Delete(_tree["target/empty"]);
        Assert.Equal((0, 1), (Check().Missing, Check().MissingDirectories));
    }

    [Fact]
    public void A_directory_that_goes_is_missed_with_all_in_it()
    {
        Directory.Delete(_tree["target/dir0"], recursive: true);
        Assert.Equal((4, 2), (Check().Missing, Check().MissingDirectories));
        Directory.Delete(_tree["target"], recursive: true);
        Directory.CreateDirectory(_tree["target"]);
        Assert.True(Check().Missing >= Files);
    }

    [Fact]
    public void What_jobs_add_or_change_is_not_missing()
    {
        _tree.Write("target/dir0/own", "x");
        _tree.Write("target/own/deep", "x");
        _tree.Write("target/dir0/sub/file0", "changed by a job, and longer");
        Assert.True(Check().IsComplete);
    }

    [Theory]
    [InlineData("dir1/sub/file1")]
    [InlineData("dir1")]
    public void Something_else_under_the_name_is_missing(string path)
    {
        Tool.Run("mv", [_tree[$"target/{path}"], _tree["away"]]).OrThrow();
        _tree.Symlink($"target/{path}", _tree["away"]);
        Assert.False(Check().IsComplete);
    }

    private Completeness Check()
    {
        using var manifest = ManifestFile.Open(_tree["manifest"])!;
        using var target = TreeRoot.Open(_tree["target"]);
        return CompletenessCheck.Run(manifest, target, Limiter(), default);
    }

    private static AdaptiveLimiter Limiter() => new(LimiterOptions.Fixed(3), TimeProvider.System);
}

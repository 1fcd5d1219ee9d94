using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Linux;
using Ferry.Core.Progress;
using Ferry.Core.Walking;
using Ferry.Testing;

namespace Ferry.Core.Tests.Copying;

/// <summary>A source that is removed, or unmounted, after it was opened is not taken for one that has become empty.</summary>
public sealed class VanishedRootTests : IDisposable
{
    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData(TargetRole.Staged)]
    [InlineData(TargetRole.Mirror)]
    public void Nothing_is_removed_and_the_record_stays(TargetRole role)
    {
        _tree.Write("source/d/file", "x");
        _tree.MakeDirectory("target");
        using var source = TreeRoot.Open(_tree["source"]);
        Assert.True(Copy(source, role).IsComplete);
        var record = File.ReadAllBytes(_tree["manifest"]);

        Directory.Delete(_tree["source"], recursive: true);
        var report = Copy(source, role);
        Assert.Contains(report.Problems, problem => problem.Kind == ProblemKind.Failure && problem.Path == _tree["source"]);
        Assert.Equal(["d/file"], _tree.Files("target"));
        Assert.Equal(record, File.ReadAllBytes(_tree["manifest"]));
    }

    private CopyReport Copy(TreeRoot source, TargetRole role)
    {
        using var target = TreeRoot.Open(_tree["target"]);
        var options = new CopyOptions
        {
            Limiter = new AdaptiveLimiter(LimiterOptions.Fixed(2), TimeProvider.System), Role = role, Delete = true, CommitsWhatArrived = role == TargetRole.Mirror,
        };
        using var plan = TreePlanner.Make(source, target, _tree["manifest"], options, Timestamp.From(TimeProvider.System.GetUtcNow()), default);
        return TreeCopier.Run(plan, source, target, _tree["manifest"], options, new TransferProgress(), default);
    }
}

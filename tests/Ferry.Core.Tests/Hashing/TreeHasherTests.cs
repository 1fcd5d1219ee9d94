using System.Collections.Concurrent;
using System.Text;
using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Hashing;
using Ferry.Core.Hashing.Trees;
using Ferry.Core.Linux;
using Ferry.Core.Progress;
using Ferry.Core.Walking;
using Ferry.Testing;

namespace Ferry.Core.Tests.Hashing;

/// <summary>Every file gets its digest, and what is as it was is not read again.</summary>
public sealed class TreeHasherTests : IDisposable
{
    private const int LargeSize = 70 * 1024 * 1024;

    private readonly TempTree _tree = new();

    public TreeHasherTests()
    {
        for (var i = 0; i < 200; i++) _tree.Write($"tree/dir{i % 3}/file{i}", $"contents {i}");
        _tree.Symlink("tree/link", "nowhere");
        foreach (var path in Directory.GetFiles(_tree["tree"], "file*", SearchOption.AllDirectories)) File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddDays(1));
    }

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData(DigestAlgorithm.Blake3)]
    [InlineData(DigestAlgorithm.Sha256)]
    public void Every_file_gets_its_digest(DigestAlgorithm algorithm)
    {
        _tree.WriteRandom("tree/large", LargeSize);
        var seen = new Observer();
        var report = Hash(algorithm, seen);
        Assert.True(report.IsComplete);
        Assert.Equal((201, 202), (report.Files, report.Totals.Files));
        Assert.Equal(201, seen.Digests.Count);
        Assert.All(seen.Digests, pair => Assert.Equal(DigestOf(algorithm, _tree[$"tree/{pair.Key}"]), pair.Value));
    }

    [Fact]
    public void Only_what_changed_is_read_again()
    {
        Assert.Equal(200, Hash(DigestAlgorithm.Blake3).Files);
        Assert.Equal(0, Hash(DigestAlgorithm.Blake3).Files);
        _tree.Write("tree/dir1/file1", "other");
        File.Delete(_tree["tree/dir2/file2"]);
        var report = Hash(DigestAlgorithm.Blake3);
        Assert.Equal((1, 200), (report.Files, report.Totals.Files));
        Assert.Equal(199, Hash(DigestAlgorithm.Blake3, rehashes: true).Files);
    }

    [Fact]
    public void What_the_observer_does_not_want_is_neither_read_nor_recorded()
    {
        Assert.Equal(150, Hash(DigestAlgorithm.Blake3, new Observer { Most = 150 }).Files);
        Assert.Equal(50, Hash(DigestAlgorithm.Blake3).Files);
    }

    [Fact]
    public void What_cannot_be_read_is_a_failure_and_the_rest_is_recorded()
    {
        File.Delete(_tree["tree/dir0/file0"]);
        Tool.Run("mkfifo", [_tree["tree/dir0/file0"]]).OrThrow();
        var report = Hash(DigestAlgorithm.Blake3);
        Assert.Equal(199, report.Files);
        Assert.Contains(report.Problems, problem => problem.Path.EndsWith("dir0/file0", StringComparison.Ordinal));
    }

    [Fact]
    public void A_root_that_vanished_is_a_failure_and_what_was_recorded_stays()
    {
        Hash(DigestAlgorithm.Blake3);
        var record = File.ReadAllBytes(_tree["record"]);
        using var root = TreeRoot.Open(_tree["tree"]);
        Directory.Delete(_tree["tree"], recursive: true);
        var report = Hash(root, DigestAlgorithm.Blake3, null, rehashes: false);
        var problem = Assert.Single(report.Problems);
        Assert.Equal((ProblemKind.Failure, _tree["tree"]), (problem.Kind, problem.Path));
        Assert.Equal(record, File.ReadAllBytes(_tree["record"]));
    }

    private HashReport Hash(DigestAlgorithm algorithm, Observer? observer = null, bool rehashes = false)
    {
        using var root = TreeRoot.Open(_tree["tree"]);
        return Hash(root, algorithm, observer, rehashes);
    }

    private HashReport Hash(TreeRoot root, DigestAlgorithm algorithm, Observer? observer, bool rehashes)
    {
        var limiter = new AdaptiveLimiter(LimiterOptions.Fixed(2), TimeProvider.System, static () => Environment.CpuUsage.TotalTime, 2);
        var options = new CopyOptions { Limiter = limiter, Algorithm = algorithm, Rehashes = rehashes };
        return TreeHasher.Run(root, _tree["record"], options, Timestamp.From(TimeProvider.System.GetUtcNow()), observer, new TransferProgress(), default);
    }

    private static Digest DigestOf(DigestAlgorithm algorithm, string path)
    {
        var hasher = IContentHasher.Create(algorithm);
        hasher.Append(File.ReadAllBytes(path));
        return hasher.Finish();
    }

    private sealed class Observer : IHashedFiles
    {
        private int _wanted;

        public ConcurrentDictionary<string, Digest> Digests { get; } = new();

        public int Most { get; init; } = int.MaxValue;

        public bool Wants(ReadOnlySpan<byte> path, in FileStatus status, Digest? recorded) => Interlocked.Increment(ref _wanted) <= Most;

        public bool Add(ReadOnlySpan<byte> path, in FileStatus status, in Digest digest) => Digests.TryAdd(Encoding.UTF8.GetString(path), digest);

        public void Fail(ReadOnlySpan<byte> path) => throw new InvalidOperationException(Encoding.UTF8.GetString(path));
    }
}

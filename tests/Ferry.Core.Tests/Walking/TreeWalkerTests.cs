using System.Text;
using Ferry.Core.Concurrency;
using Ferry.Core.Linux;
using Ferry.Core.Walking;
using Ferry.Testing;

namespace Ferry.Core.Tests.Walking;

/// <summary>What a walk finds, against find(1).</summary>
public sealed class TreeWalkerTests : IDisposable
{
    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_finds_what_find_finds(int seed)
    {
        Fill(new Random(seed), 400);
        Assert.Equal(Find(), Walk(null));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void It_leaves_out_what_is_excluded_with_all_below(int seed)
    {
        Fill(new Random(seed), 400);
        var found = Walk(IgnorePatterns.Parse(["*3", "/d1*/"]));
        // The second pattern holds at the top only, and for directories.
        var expected = Find("-name", "*3", "-prune", "-o", "-regex", Regex(_tree["tree"]) + "/d1[^/]*", "-type", "d", "-prune", "-o");
        Assert.Equal(expected, found);

        static string Regex(string path) => System.Text.RegularExpressions.Regex.Escape(path);
    }

    [Fact]
    public void Temporary_files_of_ferry_take_no_part()
    {
        _tree.Write("tree/.ferry-tmp-1-2-3");
        _tree.Write("tree/file");
        Assert.Single(Walk(null), line => line.EndsWith(" file", StringComparison.Ordinal));
        Assert.DoesNotContain(Walk(null), line => line.Contains("ferry-tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void Ten_thousand_names_of_one_directory_come_in_order()
    {
        Tool.Bash("mkdir \"$1\" && cd \"$1\" && seq -f 'name-%.0f' 1 10000 | xargs touch", _tree["tree"]).OrThrow();
        var visitor = Visit(null);
        var node = Assert.Single(visitor.Nodes);
        Assert.Equal(10_000, node.Entries.Length);
        for (var i = 1; i < node.Entries.Length; i++)
            Assert.True(node.NameOf(node.Entries[i - 1]).SequenceCompareTo(node.NameOf(node.Entries[i])) < 0);
    }

    [Fact]
    public void The_reader_gives_every_name_of_a_large_directory_once()
    {
        Tool.Bash("mkdir \"$1\" && cd \"$1\" && seq -f 'name-%.0f' 1 10000 | xargs touch", _tree["tree"]).OrThrow();
        using var root = TreeRoot.Open(_tree["tree"]);
        var reader = new DirectoryReader();
        for (var round = 0; round < 2; round++)
        {
            var fd = root.OpenDirectory(new PathBuffer());
            Assert.Equal(0, reader.Read(fd, null));
            Kernel.Close(fd);
            var (names, entries) = reader.ToListing();
            var found = entries.Select(entry => Encoding.UTF8.GetString(names, entry.NameOffset, entry.NameLength)).ToHashSet();
            Assert.Equal((10_000, 10_000), (entries.Length, found.Count));
            Assert.Contains("name-10000", found);
        }
    }

    [Fact]
    public void A_root_that_is_gone_is_a_failure_before_it_is_opened_and_after()
    {
        _tree.Write("tree/file");
        using var root = TreeRoot.Open(_tree["tree"]);
        Directory.Delete(_tree["tree"], recursive: true);
        var visitor = new Collector();
        TreeWalker.Walk(root, null, visitor, Limiter(), default);
        Assert.Equal(ProblemKind.Failure, Assert.Single(visitor.Problems).Kind);
        Assert.Throws<LinuxException>(() => TreeRoot.Open(_tree["tree"]));
    }

    private string[] Walk(IgnorePatterns? excludes) => [.. Visit(excludes).Lines().Order(StringComparer.Ordinal)];

    private Collector Visit(IgnorePatterns? excludes)
    {
        using var root = TreeRoot.Open(_tree["tree"]);
        var visitor = new Collector();
        TreeWalker.Walk(root, excludes, visitor, Limiter(), default);
        Assert.Empty(visitor.Problems);
        return visitor;
    }

    private string[] Find(params string[] tests)
    {
        var found = Tool.Run("find", [_tree["tree"], "-mindepth", "1", .. tests, "-printf", "%y %s %i %P\\0"]).OrThrow();
        return [.. Encoding.Latin1.GetString(found.Stdout).Split('\0', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
    }

    private void Fill(Random random, int count)
    {
        var directories = new List<string> { "tree" };
        _tree.MakeDirectory("tree");
        for (var i = 0; i < count; i++)
        {
            var parent = directories[random.Next(directories.Count)];
            switch (random.Next(6))
            {
                case 0: directories.Add($"{parent}/d{i}"); _tree.MakeDirectory(directories[^1]); break;
                case 1: _tree.Symlink($"{parent}/l{i}", "anything"); break;
                case 2: _tree.Write([.. Encoding.UTF8.GetBytes($"{parent}/x"), 0xff, (byte)('a' + (i % 26)), (byte)('a' + (i / 26))], "bytes"u8); break;
                case 3 when i % 7 == 0: _tree.Fifo($"{parent}/p{i}"); break;
                default: _tree.Write($"{parent}/f{i}", new byte[random.Next(50)]); break;
            }
        }
    }

    private static AdaptiveLimiter Limiter() => new(LimiterOptions.Fixed(4), TimeProvider.System);

    private sealed class Collector : ITreeVisitor
    {
        private readonly Lock _lock = new();

        public List<DirectoryNode> Nodes { get; } = [];

        public List<EntryProblem> Problems { get; } = [];

        public void Visit(DirectoryNode node, EngineWorker worker)
        {
            lock (_lock)
            {
                Assert.True(node.Parent is null || Nodes.Contains(node.Parent), "parents come before their children");
                Nodes.Add(node);
            }
        }

        public void Report(EntryProblem problem)
        {
            lock (_lock) Problems.Add(problem);
        }

        public IEnumerable<string> Lines()
        {
            foreach (var node in Nodes)
            {
                var path = Encoding.Latin1.GetString(node.GetPath());
                foreach (var entry in node.Entries.ToArray())
                {
                    var kind = entry.Status.Kind switch { EntryKind.File => 'f', EntryKind.Directory => 'd', EntryKind.Symlink => 'l', _ => 'p' };
                    var name = Encoding.Latin1.GetString(node.NameOf(entry));
                    yield return $"{kind} {entry.Status.Size} {entry.Status.Inode} {(path.Length == 0 ? name : $"{path}/{name}")}";
                }
            }
        }
    }
}

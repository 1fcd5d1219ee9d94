using System.Text;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Progress;
using Ferry.Core.Verifying;
using Ferry.Testing;

namespace Ferry.Core.Tests.Verifying;

/// <summary>Exactly the blocks that are wrong are named and rewritten, and only with what the source was known to have.</summary>
public sealed class RangeRepairTests : IDisposable
{
    private const int Block = 1024 * 1024;

    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, LongRun.Count(10, 500))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Flipped_bits_are_found_and_repaired_block_by_block(int seed)
    {
        var random = new Random(seed);
        var algorithm = seed % 2 == 0 && Sha256.IsAvailable ? DigestAlgorithm.Sha256 : DigestAlgorithm.Blake3;
        var content = MakePair(random, random.Next(1, 6 * Block));
        var damaged = (byte[])content.Clone();
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var position = random.Next(damaged.Length);
            damaged[position] ^= (byte)(1 << random.Next(8));
        }

        _tree.Write("target/dir/file", damaged);
        var expected = RangesOf(content, damaged);
        var found = Run(content, writes: false, algorithm);
        Assert.Equal(expected.Count == 0 ? RepairOutcome.Same : RepairOutcome.Found, found.Outcome);
        Assert.Equal(expected, found.Ranges);
        Assert.Equal(damaged, _tree.Read("target/dir/file"));
        var repaired = Run(content, writes: true, algorithm);
        Assert.Null(repaired.Problem);
        Assert.Equal(expected, repaired.Ranges);
        Assert.Equal(content, _tree.Read("target/dir/file"));
        Assert.Equal(RepairOutcome.Same, Run(content, writes: true, algorithm).Outcome);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    [InlineData(Block, Block + 1)]
    [InlineData(Block + 1, Block)]
    [InlineData((3 * Block) + 77, Block + 5)]
    [InlineData(Block + 5, (3 * Block) + 77)]
    [InlineData(2 * Block, Block)]
    public void A_target_that_is_too_short_or_too_long_gets_the_right_length(int sourceLength, int targetLength)
    {
        var content = MakePair(new Random(1), sourceLength);
        var target = new byte[targetLength];
        content.AsSpan(0, Math.Min(sourceLength, targetLength)).CopyTo(target);
        _tree.Write("target/dir/file", target);
        var repair = Run(content, writes: true);
        Assert.Equal(RepairOutcome.Repaired, repair.Outcome);
        var range = Assert.Single(repair.Ranges);
        var shorter = Math.Min(sourceLength, targetLength);
        Assert.Equal(sourceLength < targetLength ? sourceLength : shorter / Block * Block, range.Offset);
        Assert.Equal(Math.Max(sourceLength, targetLength), range.Offset + range.Length);
        Assert.Equal(content, _tree.Read("target/dir/file"));
    }

    [Fact]
    public void Time_and_mode_are_as_they_should_be_afterwards()
    {
        var content = MakePair(new Random(1), 3000);
        _tree.Write("target/dir/file", Damage(content));
        _tree.Chmod("target/dir/file", "4444");
        _tree.SetTime("source/dir/file", 1_234_567, 987_654_321);
        Assert.Equal(RepairOutcome.Repaired, Run(content, writes: true).Outcome);
        Assert.Equal("4444 1234567.9876543210", Tool.Run("find", [_tree["target/dir/file"], "-printf", "%m %T@"]).OrThrow().Text);
        Assert.Equal(content, _tree.Read("target/dir/file"));
    }

    [Fact]
    public void A_source_that_has_other_bytes_by_now_repairs_nothing()
    {
        var content = MakePair(new Random(1), Block + 10);
        var damaged = Damage(content);
        _tree.Write("target/dir/file", damaged);
        _tree.Write("source/dir/file", Damage(Damage(content)).Reverse().ToArray());
        var repair = Run(content, writes: true);
        Assert.Equal(RepairOutcome.Failed, repair.Outcome);
        Assert.Contains("the source no longer has these bytes", repair.Problem!.Reason, StringComparison.Ordinal);
        Assert.Equal(damaged, _tree.Read("target/dir/file"));
    }

    [Fact]
    public void All_names_of_a_file_are_repaired_by_one_rewrite()
    {
        var content = MakePair(new Random(1), 5000);
        _tree.HardLink("source/other", "source/dir/file");
        _tree.Write("target/dir/file", Damage(content));
        _tree.HardLink("target/other", "target/dir/file");
        var repairs = RunAll(Digest(content), writes: true, "dir/file", "other");
        Assert.Equal([RepairOutcome.Repaired, RepairOutcome.Repaired], repairs.Select(static repair => repair.Outcome));
        Assert.Equal(content, _tree.Read("target/other"));
    }

    [Fact]
    public void A_name_outside_keeps_what_it_has()
    {
        var content = MakePair(new Random(1), 5000);
        var damaged = Damage(content);
        _tree.Write("target/dir/file", damaged);
        _tree.HardLink("snapshot", "target/dir/file");
        var repair = Run(content, writes: true);
        Assert.Equal(RepairOutcome.NeedsCopy, repair.Outcome);
        Assert.Equal([new ByteRange(0, 5000)], repair.Ranges);
        Assert.NotNull(repair.Problem);
        Assert.Equal(damaged, _tree.Read("snapshot"));
    }

    [Fact]
    public void Names_of_one_file_that_should_differ_are_not_rewritten()
    {
        var content = MakePair(new Random(1), 100);
        _tree.Write("source/other", "another content");
        _tree.Write("target/dir/file", "wrong for both");
        _tree.HardLink("target/other", "target/dir/file");
        RepairItem[] items = [new("dir/file"u8.ToArray(), Digest(content)), new("other"u8.ToArray(), Digest("another content"u8))];
        Assert.All(RunAll(items, writes: true), static repair => Assert.Equal(RepairOutcome.NeedsCopy, repair.Outcome));
        Assert.Equal("wrong for both", _tree.ReadText("target/other"));
    }

    [Fact]
    public void What_is_no_regular_file_and_what_lies_behind_a_link_is_not_written()
    {
        var content = MakePair(new Random(1), 100);
        _tree.Write("elsewhere/file", "untouched");
        File.Delete(_tree["target/dir/file"]);
        _tree.Symlink("target/dir/file", _tree["elsewhere/file"]);
        Assert.Equal(RepairOutcome.NeedsCopy, Run(content, writes: true).Outcome);
        Directory.Delete(_tree["target/dir"], recursive: true);
        _tree.Symlink("target/dir", _tree["elsewhere"]);
        var repair = Run(content, writes: true);
        Assert.Equal(RepairOutcome.Failed, repair.Outcome);
        Assert.Contains(_tree["target/dir/file"], repair.Problem!.Message, StringComparison.Ordinal);
        Assert.Equal("untouched", _tree.ReadText("elsewhere/file"));
    }

    [Fact]
    public void Holes_stay_holes()
    {
        var piece = Encoding.ASCII.GetBytes("some data");
        _tree.WriteSparse("source/dir/file", 64 * Block, (5 * Block, piece), (40 * Block, piece));
        _tree.WriteSparse("target/dir/file", 20 * Block, (5 * Block, [.. piece.Reverse()]));
        var repair = RunAll(Digest(_tree.Read("source/dir/file")), writes: true, "dir/file")[0];
        Assert.Equal(RepairOutcome.Repaired, repair.Outcome);
        Assert.Equal([new ByteRange(5 * Block, Block), new ByteRange(20 * Block, 44 * Block)], repair.Ranges);
        Assert.Equal(_tree.Read("source/dir/file"), _tree.Read("target/dir/file"));
        var kilobytes = Tool.Run("du", ["-k", _tree["target/dir/file"]]).OrThrow().Text.Split('\t')[0];
        Assert.InRange(int.Parse(kilobytes, System.Globalization.CultureInfo.InvariantCulture), 1, 64);
    }

    [RequiresFact("fuse")]
    public void A_full_device_is_told_with_path_and_errno_and_the_next_run_repairs()
    {
        var content = MakePair(new Random(1), 3 * Block);
        _tree.Write("target/dir/file", new byte[100]);
        using var mount = new SlowFs(_tree["target"], fail: ["write:ENOSPC:after=1M"]);
        var repair = Run(content, writes: true, target: mount.Path);
        Assert.Equal((RepairOutcome.Failed, Errno.ENOSPC), (repair.Outcome, repair.Problem!.Errno));
        Assert.Contains($"{mount.Path}/dir/file", repair.Problem.Message, StringComparison.Ordinal);
        mount.Set("fail", "");
        Assert.Equal(RepairOutcome.Repaired, Run(content, writes: true, target: mount.Path).Outcome);
        Assert.Equal(content, _tree.Read("target/dir/file"));
    }

    [RequiresFact("fuse")]
    public void A_block_that_cannot_be_read_is_wrong_and_what_stays_unreadable_fails()
    {
        var content = MakePair(new Random(1), 3 * Block);
        _tree.Write("target/dir/file", content);
        using var mount = new SlowFs(_tree["target"], fail: [$"read:EIO:at={Block + 5}"]);
        var found = Run(content, writes: false, target: mount.Path);
        Assert.Equal(RepairOutcome.Found, found.Outcome);
        Assert.Equal([new ByteRange(Block, Block)], found.Ranges);
        var repair = Run(content, writes: true, target: mount.Path);
        Assert.Equal((RepairOutcome.Failed, Errno.EIO), (repair.Outcome, repair.Problem!.Errno));
    }

    private byte[] MakePair(Random random, int length)
    {
        var content = new byte[length];
        random.NextBytes(content);
        _tree.Write("source/dir/file", content);
        _tree.Write("target/dir/file", content);
        return content;
    }

    private static byte[] Damage(byte[] content)
    {
        var damaged = (byte[])content.Clone();
        damaged[^1] ^= 1;
        return damaged;
    }

    private static List<ByteRange> RangesOf(byte[] content, byte[] damaged)
    {
        var ranges = new List<ByteRange>();
        for (var offset = 0; offset < content.Length; offset += Block)
        {
            var length = Math.Min(Block, content.Length - offset);
            if (content.AsSpan(offset, length).SequenceEqual(damaged.AsSpan(offset, length))) continue;
            if (ranges.Count > 0 && ranges[^1].Offset + ranges[^1].Length == offset) ranges[^1] = ranges[^1] with { Length = ranges[^1].Length + length };
            else ranges.Add(new ByteRange(offset, length));
        }

        return ranges;
    }

    private static Digest Digest(ReadOnlySpan<byte> content, DigestAlgorithm algorithm = DigestAlgorithm.Blake3)
    {
        var hasher = IContentHasher.Create(algorithm);
        hasher.Reset();
        hasher.Append(content);
        return hasher.Finish();
    }

    private FileRepair Run(byte[] content, bool writes, DigestAlgorithm algorithm = DigestAlgorithm.Blake3, string? target = null) =>
        Assert.Single(RunAll([new RepairItem("dir/file"u8.ToArray(), Digest(content, algorithm))], writes, algorithm, target));

    private IReadOnlyList<FileRepair> RunAll(Digest expected, bool writes, params string[] paths) =>
        RunAll([.. paths.Select(path => new RepairItem(Encoding.UTF8.GetBytes(path), expected))], writes);

    private IReadOnlyList<FileRepair> RunAll(
        RepairItem[] items, bool writes, DigestAlgorithm algorithm = DigestAlgorithm.Blake3, string? targetPath = null)
    {
        using var source = TreeRoot.Open(_tree["source"]);
        using var target = TreeRoot.Open(targetPath ?? _tree["target"]);
        var options = new RepairOptions { Limiter = TreePairFixture.Limiter(), Algorithm = algorithm, Writes = writes };
        return RangeRepair.Run(items, source, target, options, new TransferProgress(), default);
    }
}

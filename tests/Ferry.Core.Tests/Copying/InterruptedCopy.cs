using System.Buffers.Binary;
using Ferry.Core.Concurrency;
using Ferry.Core.Copying;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Linux.Native;
using Ferry.Core.Manifests;
using Ferry.Core.Progress;
using Ferry.Testing;

namespace Ferry.Core.Tests.Copying;

/// <summary>A source with one large file, <c>d/large</c>, and a target as a killed run leaves it: part of the file, and a journal.</summary>
internal sealed class InterruptedCopy : IDisposable
{
    public const string TemporaryName = ".ferry-tmp-3e8-abc-1";
    public const int Ranges = 66;

    /// <summary>Whole ranges and a part of one, just large enough to be copied in ranges.</summary>
    public const int Size = ((Ranges - 1) * LargeFile.RangeBytes) + 234_567;

    private static readonly byte[] s_content = Content(1);

    public InterruptedCopy()
    {
        Tree.Write("source/d/large", s_content);
        Tree.SetTime("source/d/large", 1_600_000_000, 77);
        Tree.MakeDirectory("target/d");
    }

    public TempTree Tree { get; } = new();

    public string Temporary => Tree[$"target/d/{TemporaryName}"];

    /// <summary>How many ranges were not whole, in bytes, were these there already.</summary>
    public static long BytesWithout(params int[] ranges) => Size - ranges.Sum(LengthOf);

    public static byte[] Content(int seed)
    {
        var content = new byte[Size];
        new Random(seed).NextBytes(content);
        return content;
    }

    /// <summary>Leaves these ranges in the temporary file, and records them.</summary>
    public void Leave(params int[] ranges)
    {
        using (var file = new FileStream(Temporary, FileMode.Create))
        {
            foreach (var range in ranges) RandomAccess.Write(file.SafeFileHandle, RangeOf(range), range * (long)LargeFile.RangeBytes);
        }

        Journal(TemporaryName, [.. ranges.Select(static range => (range, ChainOf(range)))]);
    }

    /// <summary>Writes the journal of a killed run.</summary>
    public void Journal(string temporaryName, params (int Number, byte[] Chain)[] ranges)
    {
        using var writer = ManifestWriter.Create(Tree["manifest"]);
        var buffer = new ByteBuffer();
        Assert.Equal(0, Kernel.StatusOf(Fcntl.AT_FDCWD, PathText.ToTerminated(Tree["source/d/large"]), out var status));
        RangeSegment.EncodeFile(buffer, "d"u8, "large"u8, status, LargeFile.RangeBytes, PathText.ToTerminated(temporaryName));
        var file = writer.Append(buffer.Written).Offset;
        foreach (var (number, chain) in ranges)
        {
            var record = new byte[UnfinishedFile.RangeRecordBytes];
            BinaryPrimitives.WriteInt32LittleEndian(record, number);
            chain.CopyTo(record, 4);
            RangeSegment.EncodeRanges(buffer, file, record);
            writer.Append(buffer.Written);
        }
    }

    public static byte[] ChainOf(int range)
    {
        var chain = new byte[Blake3Subtree.ChainSize];
        Blake3Subtree.ChainingValue(RangeOf(range), (ulong)range * LargeFile.RangeBytes / Blake3.ChunkSize, chain);
        return chain;
    }

    /// <summary>The next run. <paramref name="unfinishedBytes"/> is what the plan has found of the former one.</summary>
    public CopyReport Copy(out long unfinishedBytes, DigestAlgorithm algorithm = DigestAlgorithm.Blake3, bool delete = false)
    {
        using var source = TreeRoot.Open(Tree["source"]);
        using var target = TreeRoot.Open(Tree["target"]);
        var options = new CopyOptions { Limiter = new AdaptiveLimiter(LimiterOptions.Fixed(3), TimeProvider.System), Algorithm = algorithm, Delete = delete };
        using var plan = TreePlanner.Make(source, target, Tree["manifest"], options, Timestamp.From(TimeProvider.System.GetUtcNow()), default);
        unfinishedBytes = plan.UnfinishedBytes;
        return TreeCopier.Run(plan, source, target, Tree["manifest"], options, new TransferProgress(), default);
    }

    /// <summary>The next run: it brings the file whole, reads no more than <paramref name="bytes"/> of the source, and leaves nothing.</summary>
    public void AssertContinued(long bytes, DigestAlgorithm algorithm = DigestAlgorithm.Blake3)
    {
        var report = Copy(out _, algorithm);
        Assert.True(report.IsComplete, string.Join('\n', report.Problems.Select(static problem => problem.Message)));
        Assert.Equal(bytes, report.Bytes);
        AssertWhole(algorithm);
    }

    /// <summary>The target is the source, the recorded digest is that of the bytes, and there is nothing else.</summary>
    public void AssertWhole(DigestAlgorithm algorithm = DigestAlgorithm.Blake3)
    {
        var found = Tree.Read("target/d/large");
        Assert.True(Tree.Read("source/d/large").AsSpan().SequenceEqual(found));
        Assert.Equal(["d/large"], Tree.Files("target"));
        Assert.Empty(RsyncOracle.Differences(Tree["source"], Tree["target"]));
        Assert.Equal(["manifest"], Directory.GetFiles(Tree.Path).Select(static path => Path.GetFileName(path)!));
        using var prior = PriorTree.Open(Tree["manifest"], []);
        var entries = new ByteBuffer();
        prior.Read(prior.FindChild(prior.RootPosition, "d"u8), new PathBuffer(), entries, new ByteBuffer());
        var offset = 0;
        var hasher = IContentHasher.Create(algorithm);
        hasher.Append(found);
        Assert.Equal(hasher.Finish(), ManifestEntry.Read(entries.Written, ref offset).Digest);
    }

    public void Dispose() => Tree.Dispose();

    private static long LengthOf(int range) => Math.Min(LargeFile.RangeBytes, Size - (range * (long)LargeFile.RangeBytes));

    private static ReadOnlySpan<byte> RangeOf(int range) => s_content.AsSpan(range * LargeFile.RangeBytes, (int)LengthOf(range));
}

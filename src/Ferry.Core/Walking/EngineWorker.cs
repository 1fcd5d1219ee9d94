using Ferry.Core.Concurrency;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Manifests;

namespace Ferry.Core.Walking;

/// <summary>Buffers of one worker thread, made once and reused for every entry. Not thread-safe.</summary>
public sealed class EngineWorker(DigestAlgorithm algorithm = DigestAlgorithm.Blake3)
{
    // Large enough that the cost of a call vanishes, small enough that data is hashed while it is still in the second-level cache.
    private const int DataBytes = 256 * 1024;

    private byte[]? _data;
    private IContentHasher? _hasher;
    private Blake3? _treeHasher;
    private Blake3Subtree? _subtree;

    /// <summary>What was done since <see cref="TakeWork"/>, for the limiter.</summary>
    internal WorkAmount Work { get; set; }

    internal PathBuffer SourcePath { get; } = new();

    internal PathBuffer TargetPath { get; } = new();

    internal PathBuffer ScratchPath { get; } = new();

    internal ByteBuffer PriorEntries { get; } = new();

    internal ByteBuffer Encoded { get; } = new();

    internal DirectoryReader Directory { get; } = new();

    internal byte[] Data => _data ??= GC.AllocateUninitializedArray<byte>(DataBytes, pinned: true);

    internal Blake3Subtree Subtree => _subtree ??= new Blake3Subtree();

    internal byte[] NameBuffer { get; } = new byte[TemporaryName.MaxLength];

    internal WorkAmount TakeWork()
    {
        var done = Work with { Operations = Work.Operations + 1 };
        Work = default;
        return done;
    }

    /// <summary>Hashes contents by the algorithm of the run.</summary>
    internal IContentHasher Hasher => _hasher ??= IContentHasher.Create(algorithm);

    /// <summary>Puts the hashes of ranges together.</summary>
    internal Blake3 TreeHasher => _treeHasher ??= new Blake3();

    internal Digest Hash(ReadOnlySpan<byte> data)
    {
        if (algorithm == DigestAlgorithm.Blake3)
        {
            return Blake3.Hash(data);
        }

        Hasher.Reset();
        Hasher.Append(data);
        return Hasher.Finish();
    }
}

using Ferry.Core.Hashing;

namespace Ferry.Core.Verifying;

/// <summary>The blocks of a file in which source and target differ, with the digest of what should be there.</summary>
internal sealed class WrongBlocks
{
    /// <summary>Length of a block; only the last one of a file may be shorter.</summary>
    public const int BlockSize = 1024 * 1024;

    private readonly List<(long Offset, int Length, Digest Contents)> _blocks = [];

    /// <summary>In the order of their offsets.</summary>
    public IReadOnlyList<(long Offset, int Length, Digest Contents)> Blocks => _blocks;

    /// <summary>Length of the source.</summary>
    public long SourceLength { get; set; }

    /// <summary>Length of the target.</summary>
    public long TargetLength { get; set; }

    /// <summary>Nothing differs.</summary>
    public bool IsEmpty => _blocks.Count == 0 && SourceLength == TargetLength;

    public void Add(long offset, ReadOnlySpan<byte> contents) => _blocks.Add((offset, contents.Length, Blake3.Hash(contents)));

    /// <summary>Adjacent blocks as one range.</summary>
    public IReadOnlyList<ByteRange> ToRanges()
    {
        var ranges = new List<ByteRange>();
        foreach (var (offset, length, _) in _blocks)
        {
            Append(ranges, offset, length);
        }

        if (TargetLength > SourceLength)
        {
            Append(ranges, SourceLength, TargetLength - SourceLength);
        }

        return ranges;
    }

    private static void Append(List<ByteRange> ranges, long offset, long length)
    {
        if (ranges.Count > 0 && ranges[^1].Offset + ranges[^1].Length == offset)
        {
            ranges[^1] = ranges[^1] with { Length = ranges[^1].Length + length };
        }
        else
        {
            ranges.Add(new ByteRange(offset, length));
        }
    }
}

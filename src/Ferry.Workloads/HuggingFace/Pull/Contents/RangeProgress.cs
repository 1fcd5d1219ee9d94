using Ferry.Core.Storage;

namespace Ferry.Workloads.HuggingFace.Pull.Contents;

/// <summary>How far the ranges of a large content have come, which are written side by side. Thread-safe; one thread asks for <see cref="Prefix"/>.</summary>
/// <param name="bytes">Of the content, 1 or more.</param>
/// <param name="rangeBytes">Of each range but the last, 1 or more.</param>
internal sealed class RangeProgress(long bytes, long rangeBytes)
{
    private readonly long[] _written = new long[(bytes + rangeBytes - 1) / rangeBytes];
    private int _whole;

    /// <summary>How many ranges there are.</summary>
    public int Count => _written.Length;

    /// <summary>A range.</summary>
    public ByteRange this[int index] => new(index * rangeBytes, Math.Min(rangeBytes, bytes - (index * rangeBytes)));

    /// <summary>Notes that the next bytes of a range are written.</summary>
    public void Add(int index, long count) => Interlocked.Add(ref _written[index], count);

    /// <summary>Bytes that are written, with holes between them.</summary>
    public long Total => _written.Sum();

    /// <summary>Bytes from the beginning that are written without a hole.</summary>
    public long Prefix
    {
        get
        {
            while (_whole < Count && Volatile.Read(ref _written[_whole]) == this[_whole].Length)
            {
                _whole++;
            }

            return _whole == Count ? bytes : (_whole * rangeBytes) + Volatile.Read(ref _written[_whole]);
        }
    }
}

namespace Ferry.Core.Walking;

/// <summary>A set of byte values. Mutable while a pattern is compiled, only read afterwards.</summary>
internal struct ByteSet
{
    private ulong _0, _1, _2, _3;

    internal readonly bool Contains(byte value)
    {
        ulong word = (value >> 6) switch { 0 => _0, 1 => _1, 2 => _2, _ => _3 };
        return (word >> (value & 63) & 1) != 0;
    }

    internal void Add(byte value)
    {
        ulong bit = 1UL << (value & 63);
        switch (value >> 6)
        {
            case 0:
                _0 |= bit;
                break;
            case 1:
                _1 |= bit;
                break;
            case 2:
                _2 |= bit;
                break;
            default:
                _3 |= bit;
                break;
        }
    }

    /// <summary>Adds the values from first to last, both included; none if they are the wrong way round.</summary>
    internal void AddRange(byte first, byte last)
    {
        for (int value = first; value <= last; value++)
            Add((byte)value);
    }

    internal readonly ByteSet Complement() => new() { _0 = ~_0, _1 = ~_1, _2 = ~_2, _3 = ~_3 };
}

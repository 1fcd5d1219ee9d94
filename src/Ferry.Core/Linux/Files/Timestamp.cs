namespace Ferry.Core.Linux;

/// <summary>A file time: seconds since 1970 (negative before) and nanoseconds, 0 to 999,999,999. .NET's own ticks would cut it to 100 ns.</summary>
public readonly record struct Timestamp(long Seconds, uint Nanoseconds) : IComparable<Timestamp>
{
    // 34 bits from -2^31 on: the year 2446.
    private const long Ext4End = 15_032_385_535;

    /// <inheritdoc/>
    public int CompareTo(Timestamp other) =>
        Seconds != other.Seconds ? Seconds.CompareTo(other.Seconds) : Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>
    /// True when <paramref name="stored"/> is this time as a file system with coarser times would keep it: equal, or cut
    /// to microseconds, hundreds of nanoseconds, seconds or (FAT) even seconds; or brought to the end of what it can keep.
    /// </summary>
    public bool SurvivesAs(Timestamp stored)
    {
        if (this == stored)
        {
            return true;
        }

        if (Seconds == stored.Seconds)
        {
            return stored.Nanoseconds == 0
                || stored.Nanoseconds == Nanoseconds / 1_000 * 1_000
                || stored.Nanoseconds == Nanoseconds / 100 * 100;
        }

        return stored.Nanoseconds == 0 && (stored.Seconds == (Seconds & ~1L) || IsClampedTo(stored.Seconds));
    }

    private bool IsClampedTo(long end) => end switch
    {
        int.MinValue or 0 => Seconds < end,
        int.MaxValue or uint.MaxValue or Ext4End => Seconds > end,
        _ => false,
    };

    /// <summary>This time, <paramref name="span"/> earlier.</summary>
    public Timestamp Minus(TimeSpan span)
    {
        var nanoseconds = Nanoseconds - (span.Ticks % TimeSpan.TicksPerSecond * 100);
        var seconds = Seconds - (span.Ticks / TimeSpan.TicksPerSecond);
        return nanoseconds switch
        {
            < 0 => new Timestamp(seconds - 1, (uint)(nanoseconds + 1_000_000_000)),
            >= 1_000_000_000 => new Timestamp(seconds + 1, (uint)(nanoseconds - 1_000_000_000)),
            _ => new Timestamp(seconds, (uint)nanoseconds),
        };
    }

    /// <summary>The same instant of a clock that counts 100 ns ticks.</summary>
    public static Timestamp From(DateTimeOffset time)
    {
        var ticks = (time - DateTimeOffset.UnixEpoch).Ticks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        return rest < 0
            ? new Timestamp(seconds - 1, (uint)((rest + TimeSpan.TicksPerSecond) * 100))
            : new Timestamp(seconds, (uint)(rest * 100));
    }

#pragma warning disable CS1591 // ordinary comparison
    public static bool operator <(Timestamp left, Timestamp right) => left.CompareTo(right) < 0;

    public static bool operator >(Timestamp left, Timestamp right) => left.CompareTo(right) > 0;

    public static bool operator <=(Timestamp left, Timestamp right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Timestamp left, Timestamp right) => left.CompareTo(right) >= 0;
#pragma warning restore CS1591
}

namespace Ferry.Core.Concurrency;

/// <summary>The range within which an <see cref="AdaptiveLimiter"/> looks for the best number of operations in flight.</summary>
/// <remarks>Immutable. <see cref="Min"/> &lt;= <see cref="Start"/> &lt;= <see cref="Max"/> always holds.</remarks>
public sealed record LimiterOptions
{
    /// <summary>The most that any limiter allows: 1024 operations.</summary>
    public const int Ceiling = 1024;

    /// <summary>Makes a range.</summary>
    /// <param name="min">Fewest operations in flight; at least 1.</param>
    /// <param name="start">Operations in flight before anything was measured.</param>
    /// <param name="max">Most operations in flight; at most <see cref="Ceiling"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The three are not in ascending order within 1 to <see cref="Ceiling"/>.</exception>
    public LimiterOptions(int min, int start, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(min, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(start, min);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(max, Ceiling);
        (Min, Start, Max) = (min, start, max);
    }

    /// <summary>Fewest operations in flight, 1 or more.</summary>
    public int Min { get; }

    /// <summary>Operations in flight before anything was measured.</summary>
    public int Start { get; }

    /// <summary>Most operations in flight, <see cref="Ceiling"/> or less.</summary>
    public int Max { get; }

    /// <summary>Whether there is nothing to adapt.</summary>
    public bool IsFixed => Min == Max;

    /// <summary>A limit that never moves, for a user who asked for a number.</summary>
    /// <param name="jobs">Operations in flight, 1 to <see cref="Ceiling"/>.</param>
    /// <returns>Options with all three values equal.</returns>
    public static LimiterOptions Fixed(int jobs) => new(jobs, jobs, jobs);
}

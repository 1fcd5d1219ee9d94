using Ferry.Core.Linux;

namespace Ferry.Core.Probing;

/// <summary>Tries how a file system keeps times.</summary>
public static class TimeTrial
{
    // An odd second, to see whether only even ones are kept.
    private static readonly Timestamp s_written = new(1_600_000_001, 123_456_789);

    /// <summary>The step in which modification times are kept.</summary>
    /// <returns>Nanoseconds, 1 to 2,000,000,000; 0 where a time comes back that has nothing to do with the one that was set.</returns>
    /// <exception cref="LinuxException">A time can be neither set nor read.</exception>
    public static long GrainNs(ProbeDirectory directory)
    {
        const string Name = "grain";
        var name = PathText.ToTerminated(Name);
        Kernel.OrThrow(directory.WriteFile(name), "open", Path.Join(directory.Path, Name));
        Kernel.OrThrow(Kernel.SetModified(directory.Fd, name, s_written), "utimensat", Path.Join(directory.Path, Name));
        Kernel.OrThrow(Kernel.StatusOf(directory.Fd, name, out var status), "statx", Path.Join(directory.Path, Name));
        return GrainOf(status.Modified);
    }

    /// <summary>By how much the clock that stamps files is ahead of <paramref name="time"/>; negative if it is behind.</summary>
    /// <exception cref="LinuxException">No file can be made.</exception>
    public static TimeSpan ClockAhead(ProbeDirectory directory, TimeProvider time)
    {
        const string Name = "clock";
        var name = PathText.ToTerminated(Name);
        var before = time.GetUtcNow();
        Kernel.OrThrow(directory.WriteFile(name), "open", Path.Join(directory.Path, Name));
        Kernel.OrThrow(Kernel.StatusOf(directory.Fd, name, out var status), "statx", Path.Join(directory.Path, Name));
        var after = time.GetUtcNow();
        var stamped = DateTimeOffset.UnixEpoch.AddSeconds(status.Modified.Seconds).AddTicks(status.Modified.Nanoseconds / 100);
        return stamped < before ? stamped - before : stamped > after ? stamped - after : TimeSpan.Zero;
    }

    internal static long GrainOf(Timestamp stored)
    {
        if (!s_written.SurvivesAs(stored))
        {
            return 0;
        }

        return stored switch
        {
            _ when stored.Seconds != s_written.Seconds => 2_000_000_000,
            { Nanoseconds: 0 } => 1_000_000_000,
            { Nanoseconds: 123_456_000 } => 1_000,
            { Nanoseconds: 123_456_700 } => 100,
            _ => 1,
        };
    }
}

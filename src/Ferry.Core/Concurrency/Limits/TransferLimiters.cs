using Ferry.Core.Linux;

namespace Ferry.Core.Concurrency;

/// <summary>
/// One limiter for each pair of devices that a command moves data between, shared by all its transfers, so that four caches on one disk do not
/// ask four times as much of it. Thread-safe.
/// </summary>
public sealed class TransferLimiters(int? jobs, TimeProvider time)
{
    // A worker has at most two directories and two files open; the rest of the process needs some too.
    private const int DescriptorsPerWorker = 5;
    private const int OtherDescriptors = 64;

    private readonly Dictionary<(uint, uint, uint, uint, bool), AdaptiveLimiter> _limiters = [];

    /// <summary>The limiter for reading below one directory and writing below another.</summary>
    /// <param name="source">An open directory on the one device.</param>
    /// <param name="target">An open directory on the other device; null when only one is used.</param>
    public AdaptiveLimiter For(TreeRoot source, TreeRoot? target)
    {
        var from = ProfileOf(source);
        return For(from, target is null ? from : ProfileOf(target), isCold: false);
    }

    /// <summary>
    /// The limiter for reading what is not in memory: on a local disk each read is waited for then, so it begins with as many as the disk may get,
    /// and a short run is over before a climb from few would have arrived there.
    /// </summary>
    public AdaptiveLimiter ForColdReads(TreeRoot root)
    {
        var profile = ProfileOf(root);
        return For(profile, profile, isCold: profile.FileSystem.Class == StorageClass.Disk);
    }

    private AdaptiveLimiter For(DeviceProfile from, DeviceProfile to, bool isCold)
    {
        lock (_limiters)
        {
            var key = (from.DeviceMajor, from.DeviceMinor, to.DeviceMajor, to.DeviceMinor, isCold);
            if (!_limiters.TryGetValue(key, out var limiter))
            {
                limiter = Create(from, to, isCold);
                _limiters.Add(key, limiter);
            }

            return limiter;
        }
    }

    /// <summary>How long before it is read a file may have been modified and still be changed without a trace in its times.</summary>
    public static TimeSpan RacyWindow(TreeRoot source)
    {
        var profile = ProfileOf(source);
        // A server's clock differs from ours; a local kernel stamps files with a clock that ticks every 1 to 10 ms.
        return profile.IsRemote
            ? TimeSpan.FromSeconds(2)
            : TimeSpan.FromMilliseconds(20) + TimeSpan.FromTicks(profile.TimestampGranularityNs / 100);
    }

    /// <summary>A device that does not tell what it is counts as a remote one: it is only a matter of speed.</summary>
    public static DeviceProfile ProfileOf(TreeRoot root)
    {
        try
        {
            return DeviceProfile.OfDescriptor(root.Fd);
        }
        catch (IOException)
        {
            return DeviceProfile.FromDevice(0, 0, 0);
        }
    }

    private AdaptiveLimiter Create(DeviceProfile from, DeviceProfile to, bool isCold)
    {
        var cores = Environment.ProcessorCount;
        var most = Math.Clamp((Kernel.MaxOpenFiles() - OtherDescriptors) / DescriptorsPerWorker, 1, LimiterOptions.Ceiling);
        var wanted = jobs is { } fixedJobs ? LimiterOptions.Fixed(fixedJobs) : Combine(from, to, cores);
        var max = Math.Min(wanted.Max, most);
        var options = new LimiterOptions(Math.Min(wanted.Min, max), isCold ? max : Math.Min(wanted.Start, max), max);
        return new AdaptiveLimiter(options, time, static () => Environment.CpuUsage.TotalTime, cores);
    }

    /// <summary>A disk that turns rules; else the device that wants more, since the waits of the slower one are to be overlapped.</summary>
    private static LimiterOptions Combine(DeviceProfile from, DeviceProfile to, int cores)
    {
        var (a, b) = (from.LimiterOptions(cores), to.LimiterOptions(cores));
        if (a.IsFixed || b.IsFixed)
        {
            return a.IsFixed ? a : b;
        }

        var start = Math.Max(a.Start, b.Start);
        // Between local devices hashing is what takes time: fewer workers than cores never help.
        return new LimiterOptions(from.IsRemote || to.IsRemote ? 1 : start, start, Math.Max(a.Max, b.Max));
    }
}

using System.ComponentModel;
using System.Runtime.InteropServices;
using Ferry.Core.Linux;
using Ferry.Core.Linux.Native;

namespace Ferry.Core.Concurrency;

/// <summary>What kind of device a path is on, and how many operations to begin with. Immutable.</summary>
/// <param name="FileSystem">The kind of file system.</param>
/// <param name="IsRotational">Whether its disk turns; null where nobody knows or where there is no disk.</param>
/// <param name="DeviceMajor">Major device number; with the minor one it tells whether two paths share a device.</param>
/// <param name="DeviceMinor">Minor device number.</param>
public sealed record DeviceProfile(FileSystemType FileSystem, bool? IsRotational, uint DeviceMajor, uint DeviceMinor)
{
    // Measured at 1 ms per request: throughput is best with 32 to 64 requests in flight, and more gains nothing.
    private const int RemoteStart = 32;
    private const int RemoteMax = 64;
    private const int LocalMaxAtLeast = 16;
    private const int LocalMaxPerCore = 4;
    private const int LocalMaxAtMost = 64;

    /// <summary>Whether operations spend their time waiting for a network or another process.</summary>
    public bool IsRemote => FileSystem.Class == StorageClass.Remote;

    /// <summary>Coarsest step in which modification times are kept, in nanoseconds; a guess on the safe side.</summary>
    public long TimestampGranularityNs => FileSystem.TimestampGranularityNs;

    /// <summary>Looks at the device that holds a path; symbolic links are followed.</summary>
    /// <param name="path">Bytes of the path, ended by a NUL.</param>
    /// <returns>The profile.</returns>
    /// <exception cref="ArgumentException">The path does not end with a NUL.</exception>
    /// <exception cref="IOException">The path cannot be looked at; the message says why.</exception>
    public static unsafe DeviceProfile Of(ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty || path[^1] != 0)
            throw new ArgumentException("The path must end with a NUL byte.", nameof(path));
        fixed (byte* p = path)
        {
            if (StatFs.Get(p, out StatFs.Buffer buffer) != 0)
                throw Failure("statfs");
            _ = Kernel.StatusOfTarget(Fcntl.AT_FDCWD, path, out FileStatus status);
            return FromDevice(buffer.Type, (uint)(status.Device >> 32), (uint)status.Device);
        }
    }

    /// <summary>Looks at the device that holds an open file.</summary>
    /// <param name="fd">A descriptor of any file or directory on it.</param>
    /// <returns>The profile.</returns>
    /// <exception cref="IOException">The descriptor cannot be looked at; the message says why.</exception>
    public static DeviceProfile OfDescriptor(int fd)
    {
        if (StatFs.GetByFd(fd, out StatFs.Buffer buffer) != 0)
            throw Failure("fstatfs");
        _ = Kernel.StatusOf(fd, out FileStatus status);
        return FromDevice(buffer.Type, (uint)(status.Device >> 32), (uint)status.Device);
    }

    /// <summary>The range of operations in flight that suits the device.</summary>
    /// <param name="cores">Cores of this process, 1 or more.</param>
    /// <returns>
    /// One ordered stream for disks that turn; the cores to start with for other local ones; 32 to start with for remote ones.
    /// </returns>
    public LimiterOptions LimiterOptions(int cores)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cores, 1);
        if (IsRemote)
            return new LimiterOptions(1, RemoteStart, RemoteMax);
        if (IsRotational == true)
            return Concurrency.LimiterOptions.Fixed(1);
        int max = Math.Clamp(LocalMaxPerCore * cores, LocalMaxAtLeast, Math.Clamp(cores, LocalMaxAtMost, Concurrency.LimiterOptions.Ceiling));
        return new LimiterOptions(1, Math.Min(cores, max), max);
    }

    internal static DeviceProfile FromDevice(long magic, uint major, uint minor, string sysfs = "/sys")
    {
        FileSystemType type = FileSystemType.FromMagic(magic);
        bool? rotational = type.Class == StorageClass.Disk ? BlockDevice.IsRotational(major, minor, sysfs) : null;
        return new DeviceProfile(type, rotational, major, minor);
    }

    private static IOException Failure(string call)
    {
        int errno = Marshal.GetLastPInvokeError();
        return new IOException($"{call}: {new Win32Exception(errno).Message}", errno);
    }
}

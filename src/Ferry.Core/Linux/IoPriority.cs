namespace Ferry.Core.Linux;

/// <summary>How the kernel weighs the disk requests of this process against those of others.</summary>
public static class IoPriority
{
    /// <summary>
    /// From now on this thread, and all that it starts, get a disk only when nobody else wants it (ioprio_set(2), class idle). Schedulers that know
    /// no priorities, as for most NVMe disks, pay no heed.
    /// </summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public static void BeIdle() => Kernel.OrThrow(Kernel.SetIdleIo(), "ioprio_set", "this process");
}

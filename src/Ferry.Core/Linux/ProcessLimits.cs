namespace Ferry.Core.Linux;

/// <summary>What this process may use, and what the kernel offers it.</summary>
public static class ProcessLimits
{
    /// <summary>How many files it may have open (<c>ulimit -n</c>).</summary>
    public static int OpenFiles => Kernel.MaxOpenFiles();

    /// <summary>Memory that it may use in bytes: the machine's, or the limit of its control group.</summary>
    public static long MemoryBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Whether paths can be opened beneath a directory in one call (openat2, Linux 5.6).</summary>
    public static bool HasOpenBeneath()
    {
        var root = Kernel.Open(Native.Fcntl.AT_FDCWD, "/\0"u8, Kernel.ReadDirectory);
        if (root < 0)
        {
            return false;
        }

        var opened = Kernel.OpenBeneath(root, ".\0"u8, Kernel.ReadDirectory);
        Kernel.Close(root);
        if (opened >= 0)
        {
            Kernel.Close(opened);
        }

        return opened >= 0;
    }
}

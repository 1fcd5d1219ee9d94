using Ferry.Core.Linux.Native;

namespace Ferry.Core.Linux;

/// <summary>What the engine expects of its process.</summary>
public static class ProcessSetup
{
    /// <summary>
    /// Once, at the start: files are made with exactly the modes asked for, whatever the umask; and one that is larger than <c>ulimit -f</c>
    /// allows is an error of that file (EFBIG), not the end of the process.
    /// </summary>
    public static void Apply()
    {
        Kernel.ClearUmask();
        _ = Signal.signal(Signal.SIGXFSZ, Signal.SIG_IGN);
    }
}

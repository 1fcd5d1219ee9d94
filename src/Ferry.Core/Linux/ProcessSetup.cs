using Ferry.Core.Linux.Native;

namespace Ferry.Core.Linux;

/// <summary>What the engine expects of its process.</summary>
public static class ProcessSetup
{
    /// <summary>
    /// Once, at the start: a file larger than <c>ulimit -f</c> allows is an error of that file (EFBIG), not the end of the process, and
    /// whoever ignored SIGCHLD does not keep this process from learning how its children end.
    /// </summary>
    public static void Apply()
    {
        _ = Signal.signal(Signal.SIGXFSZ, Signal.SIG_IGN);
        if (Kernel.IsIgnored(Signal.SIGCHLD))
        {
            _ = Signal.signal(Signal.SIGCHLD, Signal.SIG_DFL);
        }
    }
}

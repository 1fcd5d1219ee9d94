using Ferry.Core.Linux;
using Ferry.Core.Linux.Native;

namespace Ferry.Core.Processes;

/// <summary>The terminal that controls this process, as far as job control goes: whose keys and input it is.</summary>
internal sealed class ControllingTerminal : IDisposable
{
    private readonly int _descriptor;

    private ControllingTerminal(int descriptor) => _descriptor = descriptor;

    /// <summary>
    /// Whether it is both standard input and output. If not, another program of a pipeline may be the one that reads its keys.
    /// </summary>
    public static bool IsStandardStream => Kernel.ForegroundGroup(0) >= 0 && Kernel.ForegroundGroup(1) >= 0;

    /// <summary>The terminal; null when there is none, as in a batch job.</summary>
    public static ControllingTerminal? TryOpen()
    {
        var descriptor = Kernel.Open(Fcntl.AT_FDCWD, "/dev/tty\0"u8, Fcntl.O_RDWR | Fcntl.O_NOCTTY | Fcntl.O_CLOEXEC);
        return descriptor >= 0 ? new ControllingTerminal(descriptor) : null;
    }

    /// <summary>Puts a group into the foreground in the place of our own; false when a third one is there.</summary>
    public bool GiveTo(int group)
    {
        var foreground = Kernel.ForegroundGroup(_descriptor);
        return foreground == group || (foreground == Kernel.ProcessGroup && Kernel.SetForegroundGroup(_descriptor, group) == 0);
    }

    /// <summary>Puts our own group into the foreground in the place of another.</summary>
    public void TakeBackFrom(int group)
    {
        if (Kernel.ForegroundGroup(_descriptor) == group)
        {
            _ = Kernel.SetForegroundGroup(_descriptor, Kernel.ProcessGroup);
        }
    }

    public void Dispose() => Kernel.Close(_descriptor);
}

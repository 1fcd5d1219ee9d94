using Ferry.Core.Linux.Native;

namespace Ferry.Core.Linux;

/// <summary>
/// Whether a process was started with its standard output or error. Where it was not, the number belongs to the first file that
/// was opened since: what is written to it ends up in a wrong place.
/// </summary>
public static class StandardDescriptor
{
    /// <summary>To be asked before anything is opened for writing.</summary>
    /// <param name="descriptor">1 or 2.</param>
    public static bool IsWritable(int descriptor)
    {
        var flags = Fcntl.fcntl(descriptor, Fcntl.F_GETFD, 0);
        // What comes from the parent has survived an exec; what the runtime opens for itself would not.
        return flags >= 0 && (flags & Fcntl.FD_CLOEXEC) == 0
            && (Fcntl.fcntl(descriptor, Fcntl.F_GETFL, 0) & Fcntl.O_ACCMODE) != Fcntl.O_RDONLY;
    }
}

using System.Runtime.InteropServices;
using Ferry.Core.Linux.Native;

namespace Ferry.Core.Linux;

/// <summary>Standard output and standard error, without what the runtime's console adds: that sends sequences of its own to a terminal.</summary>
public static unsafe class StandardDescriptor
{
    /// <summary>
    /// Whether the process was started with it. Where it was not, the number belongs to the first file that was opened since: what is
    /// written to it ends up in a wrong place. To be asked before anything is opened for writing.
    /// </summary>
    /// <param name="descriptor">1 or 2.</param>
    public static bool IsWritable(int descriptor)
    {
        var flags = Fcntl.fcntl(descriptor, Fcntl.F_GETFD, 0);
        // What comes from the parent has survived an exec; what the runtime opens for itself would not.
        return flags >= 0 && (flags & Fcntl.FD_CLOEXEC) == 0
            && (Fcntl.fcntl(descriptor, Fcntl.F_GETFL, 0) & Fcntl.O_ACCMODE) != Fcntl.O_RDONLY;
    }
    /// <summary>Writes all of <paramref name="data"/>, in one call where the kernel takes it so.</summary>
    /// <param name="descriptor">1 or 2.</param>
    /// <param name="data">Any bytes.</param>
    /// <exception cref="IOException">They cannot be written. Not thrown for a reader that has gone: it has seen enough.</exception>
    public static void Write(int descriptor, ReadOnlySpan<byte> data)
    {
        fixed (byte* p = data)
        {
            for (nint done = 0; done < data.Length;)
            {
                var written = Unistd.write(descriptor, p + done, (nuint)(data.Length - done));
                if (written >= 0)
                {
                    done += written;
                }
                else if (!MayGoOn(descriptor, Marshal.GetLastPInvokeError()))
                {
                    return;
                }
            }
        }
    }

    private static bool MayGoOn(int descriptor, int errno)
    {
        switch (errno)
        {
            case Errno.EINTR:
                return true;
            case Errno.EPIPE:
                return false;
            case Errno.EAGAIN:
                // Another process has made the terminal or pipe non-blocking for all of them.
                var ready = new Poll.Descriptor { Fd = descriptor, Events = Poll.POLLOUT };
                _ = Poll.poll(&ready, 1, -1);
                return true;
            default:
                throw new IOException(Errno.Describe(errno), errno);
        }
    }
}

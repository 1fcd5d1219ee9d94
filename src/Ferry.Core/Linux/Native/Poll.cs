using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>poll.h: waiting until a descriptor is ready.</summary>
internal static unsafe partial class Poll
{
    public const short POLLIN = 1;
    public const short POLLOUT = 4;

    [LibraryImport(Libc.Name, EntryPoint = "poll", SetLastError = true)]
    public static partial int poll(Descriptor* descriptors, nuint count, int timeoutMilliseconds);

    [StructLayout(LayoutKind.Sequential)]
    public struct Descriptor
    {
        public int Fd;
        public short Events;
        public short Returned;
    }
}

using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>sys/ioctl.h: what terminals are asked.</summary>
internal static unsafe partial class Ioctl
{
    public const uint TIOCGWINSZ = 0x5413;

    [LibraryImport(Libc.Name, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int ioctl(int fd, nuint request, WindowSize* size);

    [StructLayout(LayoutKind.Sequential)]
    public struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort XPixels;
        public ushort YPixels;
    }
}

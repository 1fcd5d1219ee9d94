using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>sys/quota.h: quotas of file systems on a block device of this machine.</summary>
internal static unsafe partial class Quota
{
    /// <summary>QCMD(Q_GETQUOTA, USRQUOTA).</summary>
    public const int GetForUser = unchecked((int)0x80000700);

    [LibraryImport(Libc.Name, EntryPoint = "quotactl", SetLastError = true)]
    public static partial int quotactl(int command, byte* device, int id, void* argument);

    /// <summary>struct if_dqblk of linux/quota.h; limits count blocks of 1,024 bytes, and 0 is none.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Block
    {
        public ulong BlocksHard;
        public ulong BlocksSoft;
        public ulong BytesUsed;
        public ulong InodesHard;
        public ulong InodesSoft;
        public ulong InodesUsed;
        public ulong BlockGrace;
        public ulong InodeGrace;
        public uint Valid;
    }
}

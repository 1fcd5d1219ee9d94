using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>linux/sock_diag.h and inet_diag.h: asking the kernel about sockets.</summary>
internal static partial class SocketDiagnosis
{
    public const int AF_NETLINK = 16;
    public const int SOCK_RAW = 3;
    public const int SOCK_NONBLOCK = 0x800;
    public const int SOCK_CLOEXEC = 0x80000;
    public const int NETLINK_SOCK_DIAG = 4;
    public const ushort SOCK_DIAG_BY_FAMILY = 20;
    public const ushort NLMSG_ERROR = 2;
    public const ushort NLM_F_REQUEST = 1;
    public const byte AF_INET = 2;
    public const byte IPPROTO_TCP = 6;

    [LibraryImport(Libc.Name, EntryPoint = "socket", SetLastError = true)]
    public static partial int socket(int domain, int type, int protocol);

    /// <summary>A question about one connection: nlmsghdr and inet_diag_req_v2. Ports and addresses are in network order.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 72)]
    public struct Question
    {
        [FieldOffset(0)] public uint Length;
        [FieldOffset(4)] public ushort Type;
        [FieldOffset(6)] public ushort Flags;
        [FieldOffset(16)] public byte Family;
        [FieldOffset(17)] public byte Protocol;
        [FieldOffset(20)] public uint States;
        [FieldOffset(24)] public ushort Port;
        [FieldOffset(26)] public ushort OtherPort;
        [FieldOffset(28)] public uint Address;
        [FieldOffset(44)] public uint OtherAddress;
        [FieldOffset(64)] public ulong Cookie;
    }

    /// <summary>The beginning of the answer: nlmsghdr, and inet_diag_msg or nlmsgerr.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 88)]
    public struct Answer
    {
        [FieldOffset(4)] public ushort Type;
        [FieldOffset(16)] public int Error;
        [FieldOffset(80)] public uint User;
    }
}

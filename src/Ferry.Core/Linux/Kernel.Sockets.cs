using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Ferry.Core.Linux.Native;

namespace Ferry.Core.Linux;

/// <summary>Whose a connection is.</summary>
internal static unsafe partial class Kernel
{
    // More than the kernel says of one connection.
    private const int AnswerBytes = 4096;

    public static int OpenSocketDiagnosis() => OrErrno(SocketDiagnosis.socket(
        SocketDiagnosis.AF_NETLINK, SocketDiagnosis.SOCK_RAW | SocketDiagnosis.SOCK_CLOEXEC | SocketDiagnosis.SOCK_NONBLOCK, SocketDiagnosis.NETLINK_SOCK_DIAG));

    /// <summary>The user who has the end of a TCP connection that is at the first address and port; -ENOENT if there is none.</summary>
    /// <param name="fd">Of <see cref="OpenSocketDiagnosis"/>.</param>
    /// <param name="address">IPv4, in network order.</param>
    /// <param name="port">Its port.</param>
    /// <param name="otherAddress">Of the other end.</param>
    /// <param name="otherPort">Its port.</param>
    /// <param name="user">The user.</param>
    public static int OwnerOf(int fd, uint address, ushort port, uint otherAddress, ushort otherPort, out uint user)
    {
        var question = new SocketDiagnosis.Question
        {
            Length = (uint)sizeof(SocketDiagnosis.Question),
            Type = SocketDiagnosis.SOCK_DIAG_BY_FAMILY,
            Flags = SocketDiagnosis.NLM_F_REQUEST,
            Family = SocketDiagnosis.AF_INET,
            Protocol = SocketDiagnosis.IPPROTO_TCP,
            States = uint.MaxValue,
            Port = BinaryPrimitives.ReverseEndianness(port),
            OtherPort = BinaryPrimitives.ReverseEndianness(otherPort),
            Address = address,
            OtherAddress = otherAddress,
            Cookie = ulong.MaxValue,
        };
        user = uint.MaxValue;
        var sent = Write(fd, MemoryMarshal.AsBytes(new ReadOnlySpan<SocketDiagnosis.Question>(in question)));
        if (sent < 0)
        {
            return sent;
        }

        Span<byte> buffer = stackalloc byte[AnswerBytes];
        var read = (int)Read(fd, buffer);
        // A refusal is shorter than an answer.
        var answer = MemoryMarshal.Read<SocketDiagnosis.Answer>(buffer);
        switch (answer.Type)
        {
            case var _ when read < 0:
                return read;
            case SocketDiagnosis.NLMSG_ERROR when answer.Error < 0:
                return answer.Error;
            case SocketDiagnosis.SOCK_DIAG_BY_FAMILY when read >= sizeof(SocketDiagnosis.Answer):
                user = answer.User;
                return 0;
            default:
                return -Errno.EIO;
        }
    }
}

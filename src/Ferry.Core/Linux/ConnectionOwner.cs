using System.Net;
using System.Net.Sockets;

namespace Ferry.Core.Linux;

/// <summary>Whose a connection from this machine to this machine is: others may be logged in.</summary>
public static class ConnectionOwner
{
    /// <summary>The user who has the other end of a TCP connection.</summary>
    /// <param name="there">The other end, IPv4.</param>
    /// <param name="here">This end, IPv4.</param>
    /// <returns>Null if there is no such connection on this machine (any more).</returns>
    /// <exception cref="LinuxException">The kernel does not tell.</exception>
    public static uint? Find(IPEndPoint there, IPEndPoint here)
    {
        var fd = Kernel.OrThrow(Kernel.OpenSocketDiagnosis(), "socket", "NETLINK_SOCK_DIAG");
        try
        {
            var result = Kernel.OwnerOf(fd, AddressOf(there), (ushort)there.Port, AddressOf(here), (ushort)here.Port, out var user);
            return result == -Errno.ENOENT ? null : Kernel.OrThrow(result, "sock_diag", there.ToString()) == 0 ? user : null;
        }
        finally
        {
            Kernel.Close(fd);
        }
    }

    private static uint AddressOf(IPEndPoint end)
    {
        var address = end.Address.IsIPv4MappedToIPv6 ? end.Address.MapToIPv4() : end.Address;
        return address.AddressFamily == AddressFamily.InterNetwork
            ? BitConverter.ToUInt32(address.GetAddressBytes())
            : throw new ArgumentException($"{end}: is no IPv4 address", nameof(end));
    }
}

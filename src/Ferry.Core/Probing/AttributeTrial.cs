using System.Buffers.Binary;
using Ferry.Core.Copying;
using Ferry.Core.Linux;

namespace Ferry.Core.Probing;

/// <summary>Tries which attributes a file system keeps. Every answer is 0, or the error number.</summary>
public static class AttributeTrial
{
    // linux/posix_acl_xattr.h: version 2; entries of tag, permissions and id.
    private const uint AclVersion = 2;
    private const uint NoId = uint.MaxValue;
    private static readonly (ushort Tag, ushort Permissions, bool HasId)[] s_acl =
        [(0x01, 6, false), (0x02, 4, true), (0x04, 0, false), (0x10, 4, false), (0x20, 0, false)];

    /// <summary>Extended attributes of the <c>user</c> namespace.</summary>
    public static int Extended(ProbeDirectory directory) => Set(directory, "xattr\0"u8, "user.ferry.probe\0"u8, "value"u8);

    /// <summary>POSIX access control lists: one that lets one more user read.</summary>
    public static int AccessList(ProbeDirectory directory)
    {
        Span<byte> list = stackalloc byte[4 + (8 * 5)];
        BinaryPrimitives.WriteUInt32LittleEndian(list, AclVersion);
        for (var i = 0; i < s_acl.Length; i++)
        {
            var entry = list[(4 + (8 * i))..];
            BinaryPrimitives.WriteUInt16LittleEndian(entry, s_acl[i].Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], s_acl[i].Permissions);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], s_acl[i].HasId ? Kernel.EffectiveUser : NoId);
        }

        return Set(directory, "acl\0"u8, AttributeCopier.AccessAcl, list);
    }

    private static int Set(ProbeDirectory directory, ReadOnlySpan<byte> file, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var fd = directory.CreateFile(file);
        if (fd < 0)
        {
            return -fd;
        }

        Span<byte> back = stackalloc byte[64];
        var error = Kernel.SetAttribute(fd, name, value);
        error = error < 0 ? error : (int)Kernel.GetAttribute(fd, name, back);
        Kernel.Close(fd);
        return error < 0 ? -error : 0;
    }
}

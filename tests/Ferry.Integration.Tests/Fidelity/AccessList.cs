using System.Buffers.Binary;

namespace Ferry.Integration.Tests.Fidelity;

/// <summary>POSIX access control lists in the form in which they are extended attributes (linux/posix_acl_xattr.h, version 2).</summary>
internal static class AccessList
{
    public const string Access = "system.posix_acl_access";
    public const string Default = "system.posix_acl_default";

    /// <summary>A list with one named user; permissions are 0 to 7.</summary>
    public static byte[] Encode(int owner, (int Id, int Permissions) user, int group, int mask, int other)
    {
        const int undefined = -1;
        (int Tag, int Permissions, int Id)[] entries =
        [
            (0x01, owner, undefined), (0x02, user.Permissions, user.Id), (0x04, group, undefined), (0x10, mask, undefined), (0x20, other, undefined),
        ];
        var encoded = new byte[4 + (8 * entries.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(encoded, 2);
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = encoded.AsSpan(4 + (8 * i));
            BinaryPrimitives.WriteInt16LittleEndian(entry, (short)entries[i].Tag);
            BinaryPrimitives.WriteInt16LittleEndian(entry[2..], (short)entries[i].Permissions);
            BinaryPrimitives.WriteInt32LittleEndian(entry[4..], entries[i].Id);
        }

        return encoded;
    }
}

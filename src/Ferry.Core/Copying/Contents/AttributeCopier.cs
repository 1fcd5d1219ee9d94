using Ferry.Core.Linux;

namespace Ferry.Core.Copying;

/// <summary>
/// Copies extended attributes, and with them POSIX access control lists, between open files. Kept: user.*, the two POSIX lists, and for
/// root security.capability and trusted.*; left: what a file system or security module keeps for itself (security.selinux,
/// lustre.*, system.nfs4_acl ...).
/// </summary>
internal sealed class AttributeCopier
{
    // XATTR_LIST_MAX and XATTR_SIZE_MAX of linux/limits.h.
    public const int LongestList = 64 * 1024;
    public const int LongestValue = 64 * 1024;

    private volatile bool _sourceHasNone;

    public static ReadOnlySpan<byte> AccessAcl => "system.posix_acl_access\0"u8;

    public static ReadOnlySpan<byte> DefaultAcl => "system.posix_acl_default\0"u8;

    /// <summary>Makes the target's attributes those of the source.</summary>
    /// <param name="source">Open file or directory.</param>
    /// <param name="target">Open file or directory.</param>
    /// <param name="isNew">The target has no attributes of its own but perhaps an inherited list.</param>
    /// <param name="removeInherited">Whether such a list may be there.</param>
    /// <returns>0; or the negative error number of the first attribute that the target would not take.</returns>
    public int Copy(int source, int target, bool isNew, bool removeInherited)
    {
        var sourceHasNone = _sourceHasNone;
        var names = sourceHasNone ? [] : ListOf(source, out sourceHasNone);
        _sourceHasNone = sourceHasNone;
        var hasAccessAcl = false;
        var result = 0;
        foreach (var name in names)
        {
            hasAccessAcl |= AccessAcl.SequenceEqual(name);
            var copied = CopyOne(source, target, name);
            result = result < 0 ? result : copied;
        }

        if (removeInherited && !hasAccessAcl)
        {
            _ = Kernel.RemoveAttribute(target, AccessAcl);
        }

        if (!isNew)
        {
            RemoveOthers(target, names);
        }

        return result;
    }

    private static int CopyOne(int source, int target, ReadOnlySpan<byte> name)
    {
        Span<byte> small = stackalloc byte[512];
        var length = (int)Kernel.GetAttribute(source, name, small);
        var value = small;
        if (length == -Errno.ERANGE)
        {
            value = new byte[LongestValue];
            length = (int)Kernel.GetAttribute(source, name, value);
        }

        // Removed in the meantime: then it is not the source's any more.
        return length == -Errno.ENODATA ? 0 : length < 0 ? length : Kernel.SetAttribute(target, name, value[..length]);
    }

    private static List<byte[]> ListOf(int fd, out bool hasNone)
    {
        Span<byte> small = stackalloc byte[1024];
        var length = (int)Kernel.ListAttributes(fd, small);
        hasNone = length == -Errno.EOPNOTSUPP;
        return length == -Errno.ERANGE ? ParseLong(fd) : length <= 0 ? [] : Parse(small[..length]);
    }

    private static List<byte[]> ParseLong(int fd)
    {
        var large = new byte[LongestList];
        var length = (int)Kernel.ListAttributes(fd, large);
        return length <= 0 ? [] : Parse(large.AsSpan(0, length));
    }

    /// <summary>The names that are kept, each with its terminator. Access lists come last: they may take away the permission to set the others.</summary>
    public static List<byte[]> Parse(ReadOnlySpan<byte> list)
    {
        var names = new List<byte[]>();
        var others = 0;
        while (list.IndexOf((byte)0) is var end and >= 0)
        {
            if (IsKept(list[..end]))
            {
                names.Insert(list.StartsWith("system."u8) ? names.Count : others++, list[..(end + 1)].ToArray());
            }

            list = list[(end + 1)..];
        }

        return names;
    }

    private static bool IsKept(ReadOnlySpan<byte> name) =>
        name.StartsWith("user."u8)
        || name.SequenceEqual(AccessAcl[..^1]) || name.SequenceEqual(DefaultAcl[..^1])
        || (Kernel.EffectiveUser == 0 && (name.SequenceEqual("security.capability"u8) || IsKeptTrusted(name)));

    // What overlay and Lustre keep under trusted.* describes their own storage, not the file.
    private static bool IsKeptTrusted(ReadOnlySpan<byte> name) =>
        name.StartsWith("trusted."u8)
        && !name.StartsWith("trusted.overlay."u8) && !name.SequenceEqual("trusted.lov"u8)
        && !name.SequenceEqual("trusted.lma"u8) && !name.SequenceEqual("trusted.link"u8);

    private static void RemoveOthers(int target, List<byte[]> names)
    {
        foreach (var name in ListOf(target, out _))
        {
            if (!names.Exists(kept => kept.AsSpan().SequenceEqual(name)))
            {
                _ = Kernel.RemoveAttribute(target, name);
            }
        }
    }
}

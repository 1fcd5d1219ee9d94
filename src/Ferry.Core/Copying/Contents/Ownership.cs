using Ferry.Core.Linux;

namespace Ferry.Core.Copying;

/// <summary>Gives a staged entry the source's owner and group as far as this process may: root all, others their own groups.</summary>
internal static class Ownership
{
    private const uint Unchanged = uint.MaxValue;

    /// <summary>Sets owner and group of an open file where they differ. 0, or the negative error number.</summary>
    public static int Set(int fd, in FileStatus wanted, uint currentOwner, uint currentGroup) =>
        Set(fd, wanted.Uid, wanted.Gid, currentOwner, currentGroup);

    /// <inheritdoc cref="Set(int, in FileStatus, uint, uint)"/>
    public static int Set(int fd, uint wantedOwner, uint wantedGroup, uint currentOwner, uint currentGroup)
    {
        var (owner, group) = Differences(wantedOwner, wantedGroup, currentOwner, currentGroup);
        return owner == Unchanged && group == Unchanged ? 0 : Forgive(Kernel.SetOwner(fd, owner, group));
    }

    /// <summary>As <see cref="Set(int, in FileStatus, uint, uint)"/> for a name that may be a link.</summary>
    public static int Set(int directory, ReadOnlySpan<byte> name, in FileStatus wanted, uint currentOwner, uint currentGroup) =>
        Set(directory, name, wanted.Uid, wanted.Gid, currentOwner, currentGroup);

    /// <inheritdoc cref="Set(int, ReadOnlySpan{byte}, in FileStatus, uint, uint)"/>
    public static int Set(int directory, ReadOnlySpan<byte> name, uint wantedOwner, uint wantedGroup, uint currentOwner, uint currentGroup)
    {
        var (owner, group) = Differences(wantedOwner, wantedGroup, currentOwner, currentGroup);
        return owner == Unchanged && group == Unchanged ? 0 : Forgive(Kernel.SetOwner(directory, name, owner, group));
    }

    private static (uint Owner, uint Group) Differences(uint owner, uint group, uint currentOwner, uint currentGroup) => (
        Kernel.EffectiveUser == 0 && owner != currentOwner ? owner : Unchanged,
        group != currentGroup ? group : Unchanged);

    /// <summary>
    /// Somebody who is not root cannot give files away; that the group is then his own is what rsync does too. In a user namespace
    /// (EINVAL) nobody can give them to a user that does not exist there.
    /// </summary>
    private static int Forgive(int result) =>
        result == -Errno.EINVAL || (result == -Errno.EPERM && Kernel.EffectiveUser != 0) ? 0 : result;
}

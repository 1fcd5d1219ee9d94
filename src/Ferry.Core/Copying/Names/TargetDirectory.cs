using Ferry.Core.Linux;

namespace Ferry.Core.Copying;

/// <summary>Directories of a target while it is being filled.</summary>
internal static class TargetDirectory
{
    private const ushort OwnerAll = 0x1C0;

    /// <summary>
    /// Makes a directory, private until it is finished; one that is there already, left by a killed run, is taken. 0, or the negative error
    /// number.
    /// </summary>
    /// <param name="parent">Where, open.</param>
    /// <param name="name">Its name.</param>
    /// <param name="makesWay">Remove what is not a directory and has the name.</param>
    public static int Make(int parent, ReadOnlySpan<byte> name, bool makesWay)
    {
        var terminated = PathText.Terminated(name);
        var result = Kernel.MakeDirectory(parent, terminated, OwnerAll);
        if (result != -Errno.EEXIST)
        {
            return result;
        }

        if (Kernel.StatusOf(parent, terminated, out var status) == 0 && status.Kind == EntryKind.Directory)
        {
            return 0;
        }

        return makesWay && Kernel.Remove(parent, terminated) == 0 ? Kernel.MakeDirectory(parent, terminated, OwnerAll) : result;
    }

    /// <summary>Lets this user write to a directory that was staged read-only; its own mode comes back when it is finished.</summary>
    public static void MakeWritable(int directory)
    {
        if (Kernel.EffectiveUser != 0 && Kernel.StatusOf(directory, out var status) == 0
            && status.Uid == Kernel.EffectiveUser && (status.Permissions & OwnerAll) != OwnerAll)
        {
            _ = Kernel.SetPermissions(directory, (ushort)(status.Permissions | OwnerAll));
        }
    }
}

using Ferry.Core.Linux;

namespace Ferry.Core.Copying;

/// <summary>
/// Gives a finished file its name in a directory where others write too: never in place of something that was not looked at. Where the
/// file system can exchange names (most local ones) there is no moment in between; elsewhere (NFS) what is there is asked for just before.
/// </summary>
internal static class GuardedRename
{
    private const int LongestName = 255;

    /// <summary>Takes a free name. 0; -EEXIST if somebody has it by now; or another negative error number. The temporary name is gone or free again.</summary>
    public static int TakeFree(int directory, ReadOnlySpan<byte> temporary, ReadOnlySpan<byte> name)
    {
        var result = Kernel.RenameToFree(directory, temporary, name);
        if (IsUnsupported(result))
        {
            result = LinkToFree(directory, temporary, name);
        }

        return Ended(result, directory, temporary);
    }

    /// <summary>
    /// Takes a name from the version that it is known to have. 0; -EEXIST if it has another by now, which stays; or another negative error
    /// number. The temporary name is gone or free again.
    /// </summary>
    public static int Replace(int directory, ReadOnlySpan<byte> temporary, ReadOnlySpan<byte> name, in FileStatus known)
    {
        // Asked before as well: to exchange the names back is right, but a kill in between would leave that version under a temporary name.
        var result = Identify(directory, name, known);
        if (result < 0)
        {
            return Ended(result, directory, temporary);
        }

        result = Kernel.StatusOf(directory, temporary, out var own);
        result = result < 0 ? result : Kernel.Exchange(directory, temporary, name);
        if (result == 0)
        {
            return CheckExchanged(directory, temporary, name, known, own);
        }

        if (IsUnsupported(result))
        {
            result = Identify(directory, name, known) is < 0 and var other ? other : Kernel.Rename(directory, temporary, name);
        }

        // Nothing to exchange with: it was removed meanwhile.
        return Ended(result == -Errno.ENOENT ? -Errno.EEXIST : result, directory, temporary);
    }

    /// <summary>The displaced version now has the temporary name. One that was not looked at gets its own name back.</summary>
    private static int CheckExchanged(int directory, ReadOnlySpan<byte> temporary, ReadOnlySpan<byte> name, in FileStatus known, in FileStatus own)
    {
        var displaced = Identify(directory, temporary, known);
        if (displaced == 0 || IsCopyOf(directory, temporary, own))
        {
            return Ended(0, directory, temporary);
        }

        var result = Kernel.Exchange(directory, temporary, name);
        if (result < 0)
        {
            return result;
        }

        if (IsCopyOf(directory, temporary, own))
        {
            return Ended(displaced, directory, temporary);
        }

        // In the moment between, somebody wrote a third version under the name: it stays beside the second.
        result = Kernel.RenameToFree(directory, temporary, RescueName(name, temporary));
        return result < 0 ? result : -Errno.EEXIST;
    }

    /// <summary>0 if a name has this version; -EEXIST if it has another or none; or another negative error number if that cannot be told.</summary>
    private static int Identify(int directory, ReadOnlySpan<byte> name, in FileStatus version)
    {
        var result = Kernel.StatusOf(directory, name, out var found);
        return result == -Errno.ENOENT || (result == 0 && !found.HasSameContentsAs(version)) ? -Errno.EEXIST : result;
    }

    /// <summary>
    /// The same version, or another copy of it: of a process that brings the same file at the same time, as happens without working locks.
    /// </summary>
    private static bool IsCopyOf(int directory, ReadOnlySpan<byte> name, in FileStatus version) =>
        Kernel.StatusOf(directory, name, out var found) == 0
        && found.Kind == version.Kind && found.Size == version.Size && found.Modified == version.Modified;

    private static byte[] RescueName(ReadOnlySpan<byte> name, ReadOnlySpan<byte> temporary)
    {
        byte[] suffix = [.. ".conflict-"u8, .. temporary[TemporaryName.Prefix.Length..^1]];
        return PathText.Terminated([.. name[..Math.Min(name.Length - 1, LongestName - suffix.Length)], .. suffix]);
    }

    private static int LinkToFree(int directory, ReadOnlySpan<byte> temporary, ReadOnlySpan<byte> name)
    {
        var result = Kernel.Link(directory, temporary, directory, name);
        if (result is not (-Errno.EPERM or -Errno.EOPNOTSUPP or -Errno.ENOSYS or -Errno.EMLINK))
        {
            return result;
        }

        return Kernel.StatusOf(directory, name, out _) == -Errno.ENOENT ? Kernel.Rename(directory, temporary, name) : -Errno.EEXIST;
    }

    /// <summary>A displaced version that cannot be removed is no success: the run that is told so is not complete, and the next one clears up.</summary>
    private static int Ended(int result, int directory, ReadOnlySpan<byte> temporary)
    {
        var removed = Kernel.Remove(directory, temporary);
        return result < 0 || removed == -Errno.ENOENT ? result : removed;
    }

    private static bool IsUnsupported(int result) => result is -Errno.EINVAL or -Errno.ENOSYS or -Errno.EOPNOTSUPP;
}

using Ferry.Core.Linux.Native;

namespace Ferry.Core.Linux;

/// <summary>The umask of this process: one for all of its threads.</summary>
internal static unsafe partial class Kernel
{
    private static readonly Lock s_umaskLock = new();
    private static uint? s_userUmask;
    private static bool s_isCleared;

    /// <summary>Sets what new files may not be; returns what it was.</summary>
    public static uint SetUmask(uint mask) => Stat.umask(mask);

    /// <summary>
    /// Directories and files get exactly the mode that they are created with, from here on and in all threads: for copies of what has a
    /// mode already. Whatever is not a copy is to be made with the user's own umask.
    /// </summary>
    public static void ClearUmask()
    {
        lock (s_umaskLock)
        {
            var former = Stat.umask(0);
            s_userUmask ??= former;
            s_isCleared = true;
        }
    }

    /// <summary>
    /// What to create a file or directory with that others may use too, so that it gets what the user's umask leaves of these permissions: the kernel sees to that, and to
    /// default ACLs instead, but not after <see cref="ClearUmask"/>.
    /// </summary>
    public static ushort ForCreation(ushort permissions)
    {
        lock (s_umaskLock)
        {
            return s_isCleared ? (ushort)(permissions & ~s_userUmask.GetValueOrDefault()) : permissions;
        }
    }

    /// <summary>Permissions of a new file that is for others to read: 0666 without the user's umask, also after <see cref="ClearUmask"/>.</summary>
    public static ushort SharedFilePermissions => (ushort)(0x1B6 & ~UserUmask);

    /// <summary>The user's umask, also after <see cref="ClearUmask"/>.</summary>
    public static uint UserUmask
    {
        get
        {
            lock (s_umaskLock)
            {
                if (s_userUmask is null)
                {
                    // It can only be read by setting it: to what makes nothing public that another thread creates just now.
                    s_userUmask = Stat.umask(0x3F);
                    _ = Stat.umask(s_userUmask.Value);
                }

                return s_userUmask.Value;
            }
        }
    }
}

using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>spawn.h and sys/wait.h: starting a program and learning how it ended.</summary>
internal static unsafe partial class Spawn
{
    public const short POSIX_SPAWN_SETPGROUP = 0x02;
    public const short POSIX_SPAWN_SETSIGDEF = 0x04;
    public const short POSIX_SPAWN_SETSIGMASK = 0x08;

    public const int WNOHANG = 1;
    public const int WUNTRACED = 2;

    /// <summary>These functions return the error number and leave errno alone.</summary>
    [LibraryImport(Libc.Name, EntryPoint = "posix_spawn")]
    public static partial int posix_spawn(int* pid, byte* path, void* fileActions, Attributes* attributes, byte** argv, byte** envp);

    [LibraryImport(Libc.Name, EntryPoint = "posix_spawnattr_init")]
    public static partial int posix_spawnattr_init(Attributes* attributes);

    [LibraryImport(Libc.Name, EntryPoint = "posix_spawnattr_destroy")]
    public static partial int posix_spawnattr_destroy(Attributes* attributes);

    [LibraryImport(Libc.Name, EntryPoint = "posix_spawnattr_setflags")]
    public static partial int posix_spawnattr_setflags(Attributes* attributes, short flags);

    [LibraryImport(Libc.Name, EntryPoint = "posix_spawnattr_setpgroup")]
    public static partial int posix_spawnattr_setpgroup(Attributes* attributes, int group);

    [LibraryImport(Libc.Name, EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial int posix_spawnattr_setsigdefault(Attributes* attributes, Signal.Set* signals);

    [LibraryImport(Libc.Name, EntryPoint = "posix_spawnattr_setsigmask")]
    public static partial int posix_spawnattr_setsigmask(Attributes* attributes, Signal.Set* signals);

    [LibraryImport(Libc.Name, EntryPoint = "waitpid", SetLastError = true)]
    public static partial int waitpid(int pid, int* status, int options);

    /// <summary>posix_spawnattr_t: 336 bytes with glibc, on x86-64 and arm64.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 512)]
    public struct Attributes;
}

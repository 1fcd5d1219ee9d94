using System.Runtime.InteropServices;

namespace Ferry.Core.Linux.Native;

/// <summary>signal.h. The numbers are the same on x86-64 and arm64.</summary>
internal static unsafe partial class Signal
{
    public const int SIGPIPE = 13;
    public const int SIGCHLD = 17;
    public const int SIGTSTP = 20;
    public const int SIGTTOU = 22;
    public const int SIGXFSZ = 25;

    public const nint SIG_DFL = 0;
    public const nint SIG_IGN = 1;

    public const int SIG_BLOCK = 0;
    public const int SIG_SETMASK = 2;

    [LibraryImport(Libc.Name, EntryPoint = "signal")]
    public static partial nint signal(int number, nint handler);

    [LibraryImport(Libc.Name, EntryPoint = "sigaction")]
    public static partial int sigaction(int number, Action* action, Action* former);

    [LibraryImport(Libc.Name, EntryPoint = "pthread_sigmask")]
    public static partial int pthread_sigmask(int how, Set* signals, Set* former);

    [LibraryImport(Libc.Name, EntryPoint = "kill", SetLastError = true)]
    public static partial int kill(int pid, int number);

    [LibraryImport(Libc.Name, EntryPoint = "raise")]
    public static partial int raise(int number);

    /// <summary>sigset_t: bit n - 1 is signal n.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    public struct Set
    {
        public ulong Bits;
    }

    /// <summary>struct sigaction, of which only the handler is looked at; 152 bytes with glibc.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    public struct Action
    {
        public nint Handler;
    }
}

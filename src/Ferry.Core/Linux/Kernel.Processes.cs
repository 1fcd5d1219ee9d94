using System.Runtime.InteropServices;
using Ferry.Core.Linux.Native;

namespace Ferry.Core.Linux;

/// <summary>Processes, signals and the terminal that controls them.</summary>
internal static unsafe partial class Kernel
{
    /// <summary>Puts the calling thread, and all that it starts from now on, into the idle class of disk requests.</summary>
    public static int SetIdleIo() => OrErrno(Syscall.ioprio_set(Syscall.IOPRIO_WHO_PROCESS, 0, Syscall.IOPRIO_CLASS_IDLE << Syscall.IOPRIO_CLASS_SHIFT));

    /// <summary>This process's group.</summary>
    public static int ProcessGroup => Unistd.getpgrp();

    /// <summary>
    /// Starts a program in a process group of its own, with no signal blocked, and with the default disposition of what the runtime and
    /// <see cref="ProcessSetup"/> have this process ignore.
    /// </summary>
    /// <returns>The process, or the negative error number of <c>execve</c>.</returns>
    public static int Spawn(ReadOnlySpan<byte> path, StringVector arguments, StringVector environment)
    {
        Native.Spawn.Attributes attributes;
        _ = Native.Spawn.posix_spawnattr_init(&attributes);
        try
        {
            var none = default(Signal.Set);
            var defaults = new Signal.Set { Bits = BitOf(Signal.SIGPIPE) | BitOf(Signal.SIGXFSZ) };
            _ = Native.Spawn.posix_spawnattr_setflags(
                &attributes, Native.Spawn.POSIX_SPAWN_SETPGROUP | Native.Spawn.POSIX_SPAWN_SETSIGDEF | Native.Spawn.POSIX_SPAWN_SETSIGMASK);
            _ = Native.Spawn.posix_spawnattr_setpgroup(&attributes, 0);
            _ = Native.Spawn.posix_spawnattr_setsigdefault(&attributes, &defaults);
            _ = Native.Spawn.posix_spawnattr_setsigmask(&attributes, &none);
            int process;
            fixed (byte* p = path)
            {
                var error = Native.Spawn.posix_spawn(&process, p, null, &attributes, arguments.Pointers, environment.Pointers);
                return error == 0 ? process : -error;
            }
        }
        finally
        {
            _ = Native.Spawn.posix_spawnattr_destroy(&attributes);
        }
    }

    /// <summary>Waits until a child, or any child of a group, ends or stops.</summary>
    /// <param name="process">Its id; the negative id of a group.</param>
    /// <param name="mayBlock">False: 0 is returned where nothing is to be told.</param>
    /// <param name="status">As <c>wait</c> has it.</param>
    public static int WaitFor(int process, bool mayBlock, out int status)
    {
        int result;
        fixed (int* p = &status)
        {
            do
            {
                result = Native.Spawn.waitpid(process, p, mayBlock ? Native.Spawn.WUNTRACED : Native.Spawn.WNOHANG);
            }
            while (result < 0 && Interrupted());
        }

        return OrErrno(result);
    }

    /// <summary>Sends a signal to all of a process group; 0 only asks whether it has members.</summary>
    public static int SignalGroup(int group, int signal) => OrErrno(Signal.kill(-group, signal));

    /// <summary>Sends a signal to one process.</summary>
    public static int SignalProcess(int process, int signal) => OrErrno(Signal.kill(process, signal));

    /// <summary>Whether a signal is ignored, by whoever started this process or by itself.</summary>
    public static bool IsIgnored(int signal)
    {
        Signal.Action action;
        return Signal.sigaction(signal, null, &action) == 0 && action.Handler == Signal.SIG_IGN;
    }

    /// <summary>
    /// Stops this process's group, itself included, as the terminal's stop key does. Returns when it is continued, or at once where no
    /// shell could continue it.
    /// </summary>
    public static void StopOwnGroup()
    {
        Signal.Action former;
        Signal.Set unblocked;
        _ = Signal.sigaction(Signal.SIGTSTP, null, &former);
        _ = Signal.signal(Signal.SIGTSTP, Signal.SIG_DFL);
        // Held back for this thread, so that what follows comes after the stop. A SIGCONT that comes before it takes the stop back.
        var stop = new Signal.Set { Bits = BitOf(Signal.SIGTSTP) };
        _ = Signal.pthread_sigmask(Signal.SIG_BLOCK, &stop, &unblocked);
        _ = Signal.raise(Signal.SIGTSTP);
        _ = Signal.kill(0, Signal.SIGTSTP);
        _ = Signal.pthread_sigmask(Signal.SIG_SETMASK, &unblocked, null);
        _ = Signal.sigaction(Signal.SIGTSTP, &former, null);
    }

    /// <summary>The group in a terminal's foreground, or the negative error number: ENOTTY unless it controls this process.</summary>
    public static int ForegroundGroup(int terminal) => OrErrno(Unistd.tcgetpgrp(terminal));

    /// <summary>Puts a group into the foreground of a terminal; allowed from the background too.</summary>
    public static int SetForegroundGroup(int terminal, int group)
    {
        var blocked = new Signal.Set { Bits = BitOf(Signal.SIGTTOU) };
        Signal.Set former;
        _ = Signal.pthread_sigmask(Signal.SIG_BLOCK, &blocked, &former);
        var result = OrErrno(Unistd.tcsetpgrp(terminal, group));
        _ = Signal.pthread_sigmask(Signal.SIG_SETMASK, &former, null);
        return result;
    }

    /// <summary>From here on orphans among this process's descendants become its children, so that it can wait for them.</summary>
    public static void AdoptOrphans() => _ = Prctl.prctl(Prctl.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);

    private static ulong BitOf(int signal) => 1UL << (signal - 1);
}

using System.Collections.Concurrent;
using Ferry.Core.Linux;

namespace Ferry.Core.Processes;

/// <summary>What can happen to a supervised command.</summary>
internal enum CommandEventKind
{
    /// <summary>SIGHUP, SIGINT or SIGTERM came.</summary>
    AskedToEnd,

    /// <summary>It stopped; the status is the signal.</summary>
    Stopped,

    /// <summary>It ended; the status is that of <c>wait</c>.</summary>
    Ended,

    /// <summary>Nothing is left of its group that could be waited for.</summary>
    GroupEnded,

    /// <summary>Its time is over.</summary>
    KillDue,

    /// <summary>It outlived SIGKILL for too long.</summary>
    GivenUp,
}

/// <summary>Something happened.</summary>
internal readonly record struct CommandEvent(CommandEventKind Kind, int Status = 0);

/// <summary>Waits for a command, and then for what is left of its group, on a thread of its own.</summary>
internal sealed class CommandWatch
{
    /// <summary>Exit code 255: not to be taken for success where somebody else has waited for the command.</summary>
    private const int UnknownStatus = 255 << 8;

    private readonly BlockingCollection<CommandEvent> _events;
    private readonly Action _onGroupEnded;

    /// <param name="group">The command's process id and group.</param>
    /// <param name="events">Gets what happens.</param>
    /// <param name="onGroupEnded">Called on the watching thread when the group's number may be given to others.</param>
    public CommandWatch(int group, BlockingCollection<CommandEvent> events, Action onGroupEnded)
    {
        (Group, _events, _onGroupEnded) = (group, events, onGroupEnded);
        new Thread(Watch) { IsBackground = true, Name = "ferry-wait" }.Start();
    }

    public int Group { get; }

    /// <summary>Whether processes that the command started are running in its group. Known once it has ended.</summary>
    public bool HasLeftovers
    {
        get
        {
            // Those that have ended and were left to us would still count as members.
            while (Kernel.WaitFor(-Group, mayBlock: false, out _) > 0)
            {
            }

            return Kernel.SignalGroup(Group, 0) != -Errno.ESRCH;
        }
    }

    /// <summary>Reads the status of <c>wait</c>.</summary>
    public static CommandEnd EndOf(int status, int group, bool hasLeftovers)
    {
        var signal = status & 0x7f;
        return new CommandEnd(signal == 0 ? (status >> 8) & 0xff : 128 + signal, signal, group, hasLeftovers, false);
    }

    private void Watch()
    {
        int result;
        int status;
        while ((result = Kernel.WaitFor(Group, mayBlock: true, out status)) > 0 && IsStop(status))
        {
            _events.Add(new CommandEvent(CommandEventKind.Stopped, (status >> 8) & 0xff));
        }

        _events.Add(new CommandEvent(CommandEventKind.Ended, result > 0 ? status : UnknownStatus));
        while (Kernel.WaitFor(-Group, mayBlock: true, out _) > 0)
        {
        }

        _onGroupEnded();
        _events.Add(new CommandEvent(CommandEventKind.GroupEnded));
    }

    private static bool IsStop(int status) => (status & 0xff) == 0x7f;
}

/// <summary>The times after a signal.</summary>
internal sealed class CommandTimers(TimeProvider time, BlockingCollection<CommandEvent> events) : IDisposable
{
    private ITimer? _kill;
    private ITimer? _giveUp;

    public void Start(CommandGrace grace)
    {
        _kill = After(grace.UntilKill, CommandEventKind.KillDue);
        _giveUp = After(grace.UntilGivenUp, CommandEventKind.GivenUp);
    }

    public void Dispose()
    {
        _kill?.Dispose();
        _giveUp?.Dispose();
    }

    private ITimer After(TimeSpan delay, CommandEventKind kind) =>
        time.CreateTimer(_ => events.Add(new CommandEvent(kind)), null, delay, Timeout.InfiniteTimeSpan);
}

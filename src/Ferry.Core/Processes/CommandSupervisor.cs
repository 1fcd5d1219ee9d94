using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Ferry.Core.Linux;

namespace Ferry.Core.Processes;

/// <summary>
/// Runs one command in place of this process: with its standard streams, in a process group of its own that gets the signals sent to this
/// process, and with the terminal's keys where this process had them. From its construction to its disposal no such signal ends this process.
/// </summary>
public sealed class CommandSupervisor : IDisposable
{
    private static readonly int[] s_forwarded =
    [
        SignalNumber.SIGHUP, SignalNumber.SIGINT, SignalNumber.SIGQUIT, SignalNumber.SIGUSR1, SignalNumber.SIGUSR2,
        SignalNumber.SIGTERM, SignalNumber.SIGCONT, SignalNumber.SIGTSTP, SignalNumber.SIGWINCH,
    ];

    private readonly Lock _lock = new();
    private readonly BlockingCollection<CommandEvent> _events = [];
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly ControllingTerminal? _terminal = ControllingTerminal.TryOpen();
    private readonly TimeProvider _time;
    private readonly Action<int> _onEndingSignal;
    private int _group;
    private bool _hasTerminal;
    private bool _isAskedToEnd;

    /// <summary>Begins to receive signals.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="onEndingSignal">
    /// Is told of each SIGHUP, SIGINT and SIGTERM, before the command is; on another thread, at any time until the supervisor is disposed.
    /// </param>
    public CommandSupervisor(TimeProvider time, Action<int> onEndingSignal)
    {
        (_time, _onEndingSignal) = (time, onEndingSignal);
        foreach (var signal in s_forwarded)
        {
            // What was ignored when this process was started, by nohup for instance, stays so, and the command inherits it.
            if (!Kernel.IsIgnored(signal))
            {
                _registrations.Add(PosixSignalRegistration.Create((PosixSignal)signal, context => Receive(signal, context)));
            }
        }
    }

    /// <summary>Starts the command and waits for its end; after a signal that asks it to end, for the end of all its group.</summary>
    /// <param name="arguments">The command's name or path, and its arguments.</param>
    /// <param name="environment">All of its environment.</param>
    /// <param name="start">How this process was started.</param>
    /// <param name="grace">Is asked at the first SIGHUP, SIGINT or SIGTERM how long the command has; null: as long as it likes.</param>
    /// <exception cref="CommandStartException">It could not be started.</exception>
    /// <exception cref="OperationCanceledException">A signal came first.</exception>
    public CommandEnd Run(IReadOnlyList<byte[]> arguments, CommandEnvironment environment, ProcessStart start, Func<CommandGrace?> grace)
    {
        Kernel.AdoptOrphans();
        Start(arguments, environment, start);
        var watch = new CommandWatch(_group, _events, Forget);
        var end = default(CommandEnd?);
        var (isLimited, wasKilled) = (false, false);
        using var timers = new CommandTimers(_time, _events);
        while (true)
        {
            var next = _events.Take();
            switch (next.Kind)
            {
                case CommandEventKind.AskedToEnd when !isLimited && grace() is { } limits:
                    isLimited = true;
                    timers.Start(limits);
                    break;
                case CommandEventKind.Stopped:
                    OnStopped(next.Status);
                    break;
                case CommandEventKind.Ended:
                    ReleaseTerminal(watch.Group);
                    end = CommandWatch.EndOf(next.Status, watch.Group, watch.HasLeftovers);
                    break;
                case CommandEventKind.KillDue:
                    wasKilled = true;
                    _ = Kernel.SignalGroup(watch.Group, SignalNumber.SIGKILL);
                    break;
            }

            var isOver = end is not null && (!isLimited || next.Kind == CommandEventKind.GroupEnded || !watch.HasLeftovers);
            if (isOver || next.Kind == CommandEventKind.GivenUp)
            {
                ReleaseTerminal(watch.Group);
                var ended = end ?? new CommandEnd(128 + SignalNumber.SIGKILL, SignalNumber.SIGKILL, watch.Group, true, true);
                return ended with { HasLeftovers = watch.HasLeftovers, WasKilled = wasKilled };
            }
        }
    }

    /// <summary>From here on signals have their former meaning.</summary>
    public void Dispose()
    {
        _registrations.ForEach(static registration => registration.Dispose());
        _terminal?.Dispose();
    }

    private void Start(IReadOnlyList<byte[]> arguments, CommandEnvironment environment, ProcessStart start)
    {
        lock (_lock)
        {
            if (_isAskedToEnd)
            {
                throw new OperationCanceledException();
            }

            _group = start.AsStarted(() => CommandStart.Spawn(arguments, environment));
            // Should it read before this is done, it stops, is given the terminal and continued.
            _hasTerminal = ControllingTerminal.IsStandardStream && _terminal is not null && _terminal.GiveTo(_group);
        }
    }

    private void Receive(int signal, PosixSignalContext context)
    {
        context.Cancel = true;
        if (SignalNumber.IsEnding(signal))
        {
            _onEndingSignal(signal);
        }

        lock (_lock)
        {
            if (SignalNumber.IsEnding(signal))
            {
                _isAskedToEnd = true;
                _events.Add(new CommandEvent(CommandEventKind.AskedToEnd));
            }

            if (_group == 0)
            {
                if (signal == SignalNumber.SIGTSTP)
                {
                    // There is no command that it is meant for: it stops this process, as usual.
                    Kernel.StopOwnGroup();
                }

                return;
            }

            if (signal == SignalNumber.SIGCONT && _hasTerminal)
            {
                _ = _terminal?.GiveTo(_group);
            }

            _ = Kernel.SignalGroup(_group, signal);
            if (SignalNumber.IsEnding(signal))
            {
                // A command that is stopped could not act on it.
                _ = Kernel.SignalGroup(_group, SignalNumber.SIGCONT);
            }
        }
    }

    /// <summary>The command has stopped: on a terminal that is something to be passed on to the shell that this process is a job of.</summary>
    private void OnStopped(int signal)
    {
        if (_terminal is null)
        {
            return;
        }

        var wantsTerminal = signal is SignalNumber.SIGTTIN or SignalNumber.SIGTTOU;
        if (wantsTerminal && TryContinueInForeground())
        {
            return;
        }

        _terminal.TakeBackFrom(_group);
        Kernel.StopOwnGroup();
        // In the background it would only stop again: the signal that brings us to the foreground continues it.
        if (!TryContinueInForeground() && !wantsTerminal)
        {
            Continue();
        }
    }

    private bool TryContinueInForeground()
    {
        lock (_lock)
        {
            if (_group == 0 || !_terminal!.GiveTo(_group))
            {
                return false;
            }

            _hasTerminal = true;
            Continue();
            return true;
        }
    }

    private void Continue() => _ = _group == 0 ? 0 : Kernel.SignalGroup(_group, SignalNumber.SIGCONT);

    private void ReleaseTerminal(int group)
    {
        lock (_lock)
        {
            if (_hasTerminal)
            {
                _terminal!.TakeBackFrom(group);
                _hasTerminal = false;
            }
        }
    }

    /// <summary>The group's number may belong to somebody else from here on.</summary>
    private void Forget()
    {
        lock (_lock)
        {
            _group = 0;
        }
    }
}

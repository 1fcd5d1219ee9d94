using System.Text;
using Ferry.Cli.Output;
using Ferry.Core.Linux;
using Ferry.Core.Processes;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Run;
using Ferry.Workloads.Caches.Sync;

namespace Ferry.Cli.Commands;

/// <summary>One command run with staged caches: from its start to the end of the push.</summary>
internal sealed class RunSession : IDisposable
{
    private readonly RunCommand.Options _options;
    private readonly CommandContext _context;
    private readonly PushWindow _window;
    private readonly CommandSupervisor _supervisor;
    private readonly string _name;

    public RunSession(RunCommand.Options options, RunDeadline deadline, CommandContext context)
    {
        (_options, _context) = (options, context);
        _name = PathText.Display(options.Command[0]);
        _window = new PushWindow(deadline, context.Time);
        _supervisor = new CommandSupervisor(context.Time, OnSignal);
    }

    /// <summary>Runs the command and returns the exit code.</summary>
    public int Run(CacheSettings settings, CacheSyncReport[] reports, ProcessStart start, RunCommand.PushCaches? push)
    {
        CommandEnd end;
        try
        {
            // A signal that came before ours were registered.
            _context.Cancellation.Token.ThrowIfCancellationRequested();
            end = _supervisor.Run(_options.Command, EnvironmentWith(reports), start, () => _options.Push ? _window.Grace : null);
        }
        catch (CommandStartException e)
        {
            Say(e.Message);
            return e.ExitCode;
        }
        catch (OperationCanceledException) when (_window.FirstSignal != 0)
        {
            Say($"interrupted by {SignalNumber.Name(_window.FirstSignal)} before {_name} was started");
            return 128 + _window.FirstSignal;
        }

        Tell(end);
        if (!_options.Push || push is null)
        {
            return end.ExitCode;
        }

        _window.BeginPush();
        var exported = reports.Where(static report => report.IsExported).Select(static report => report.Cache).ToArray();
        if (push(settings, exported, _window.Over))
        {
            return end.ExitCode;
        }

        Say("not everything was pushed; what is missing stays on scratch, and 'ferry push' brings it");
        return end.ExitCode == ExitCodes.Ok ? ExitCodes.Failure : end.ExitCode;
    }

    public void Dispose()
    {
        _supervisor.Dispose();
        _window.Dispose();
    }

    private CommandEnvironment EnvironmentWith(CacheSyncReport[] reports)
    {
        var environment = new CommandEnvironment(_context.Environment.RawVariables);
        foreach (var report in reports)
        {
            if (report.IsExported)
            {
                environment.Set(Encoding.UTF8.GetBytes(report.Cache.Name), Encoding.UTF8.GetBytes(report.Target));
            }
        }

        return environment;
    }

    private void OnSignal(int signal)
    {
        _window.OnSignal(signal);
        if (_options is { Push: true, Quiet: false } && _window.Left is { } left)
        {
            var name = SignalNumber.Name(signal);
            Say(_window.IsPushing
                ? $"{name}: the push has {SyncText.Seconds(left)} more{(signal == SignalNumber.SIGINT ? "; Ctrl-C again ends it now" : "")}"
                : $"{name}: {_name} has {SyncText.Seconds(RunDeadline.Share(left).UntilKill)} to end; all is pushed within {SyncText.Seconds(left)}");
        }
    }

    private void Tell(CommandEnd end)
    {
        if (end.WasKilled)
        {
            Say($"{_name} was still running after {SignalNumber.Name(_window.FirstSignal)}: killed, to have time for the push");
        }

        if (end.HasLeftovers)
        {
            Say($"warning: {_name} has left processes running (process group {end.Group})"
                + (_options.Push ? "; what they write from now on is not pushed" : ""));
        }
    }

    private void Say(string text) => _context.Error.WriteLine($"ferry: {text}");
}

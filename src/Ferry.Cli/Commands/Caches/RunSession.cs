using System.Text;
using Ferry.Cli.Output;
using Ferry.Core.Linux;
using Ferry.Core.Processes;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Push;
using Ferry.Workloads.Caches.Run;
using Ferry.Workloads.Caches.Sync;

namespace Ferry.Cli.Commands;

/// <summary>A command that runs with staged caches: from its start to the end of the push.</summary>
internal sealed class RunSession : IDisposable
{
    // Well below the age at which a prune on another node would take the caches for unused.
    private static readonly TimeSpan s_usePeriod = TimeSpan.FromMinutes(10);

    private readonly RunCommand.Options _options;
    private readonly CommandContext _context;
    private readonly CacheSettings _settings;
    private readonly CacheDefinition[] _staged;
    private readonly PushWindow _window;
    private readonly CommandSupervisor _supervisor;
    private readonly string _name;
    private Task? _announcement;
    private volatile PushReporter? _reporter;

    /// <param name="options">What was asked.</param>
    /// <param name="context">The world.</param>
    /// <param name="settings">The configuration.</param>
    /// <param name="staged">The caches that are complete on scratch.</param>
    /// <param name="deadline">How much time there is.</param>
    public RunSession(RunCommand.Options options, CommandContext context, CacheSettings settings, CacheDefinition[] staged, RunDeadline deadline)
    {
        (_options, _context, _settings, _staged) = (options, context, settings, staged);
        _name = PathText.Display(options.Command[0]);
        _window = new PushWindow(deadline, context.Time);
        _supervisor = new CommandSupervisor(context.Time, OnSignal);
    }

    /// <summary>Runs the command and returns the exit code.</summary>
    public int Run(ProcessStart start)
    {
        CommandEnd end;
        using var use = _context.Time.CreateTimer(_ => TellUse(), null, s_usePeriod, s_usePeriod);
        try
        {
            // A signal that came before ours were registered.
            _context.Cancellation.Token.ThrowIfCancellationRequested();
            end = _supervisor.Run(_options.Command, CommandEnvironment(), start, OnAskedToEnd);
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
        return !_options.Push || Push() || end.ExitCode != ExitCodes.Ok ? end.ExitCode : ExitCodes.Failure;
    }

    public void Dispose()
    {
        _supervisor.Dispose();
        _window.Dispose();
    }

    private void TellUse()
    {
        foreach (var cache in _staged)
        {
            CacheUse.Touch(new CacheLayout(_settings, cache), _context.Time);
        }
    }

    private CommandEnvironment CommandEnvironment()
    {
        var environment = new CommandEnvironment(_context.Environment.RawVariables);
        foreach (var cache in _staged)
        {
            environment.Set(Encoding.UTF8.GetBytes(cache.Name), Encoding.UTF8.GetBytes(_settings.TargetOf(cache)));
        }

        return environment;
    }

    /// <summary>On the signal's own thread, at any time.</summary>
    private void OnSignal(int signal)
    {
        _window.OnSignal(signal);
        if (_options is { Push: true, Quiet: false } && _window.Left is { } left)
        {
            var name = SignalNumber.Name(signal);
            Say(_window.IsPushing
                ? $"{name}: the push has {SyncText.Seconds(left)} more{(signal == SignalNumber.SIGINT ? "; Ctrl-C again ends it now" : "")}"
                : $"{name}: {_name} has {SyncText.Seconds(RunDeadline.Share(left).UntilKill)} to end, the push has the rest of {SyncText.Seconds(left)}");
        }
    }

    private CommandGrace? OnAskedToEnd()
    {
        if (!_options.Push)
        {
            return null;
        }

        // The push may never come. Aside, because scratch may hang just when everything else has to be quick.
        _announcement = Task.Run(() => CachePushRun.Announce(_settings, _staged));
        return _window.Grace;
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

    /// <summary>Whether all has arrived.</summary>
    private bool Push()
    {
        _window.BeginPush();
        _announcement?.Wait();
        CachePushRun.Announce(_settings, _staged);
        CachePushReport[] reports;
        using (var reporter = new PushReporter(_context, _staged, _options.Verbose, _options.Quiet))
        {
            _reporter = reporter;
            reports = CachePushRun.Run(
                _settings, _staged, new CachePushOptions { Urgent = true }, reporter, _context.Time, _context.Processes, _window.Over);
            _reporter = null;
        }

        PushCommand.Record(reports, _context);
        if (Array.TrueForAll(reports, static report => report.Outcome != PushOutcome.Failed))
        {
            return true;
        }

        Say("what was not pushed stays on scratch; 'ferry push' brings it");
        return false;
    }

    private void Say(string text)
    {
        // While progress is shown, lines go past it.
        if (_reporter is { } reporter)
        {
            reporter.Print($"ferry: {text}");
        }
        else
        {
            _context.Error.WriteLine($"ferry: {text}");
        }
    }
}

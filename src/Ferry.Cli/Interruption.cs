using System.Runtime.InteropServices;

namespace Ferry.Cli;

/// <summary>Turns SIGINT, SIGTERM and SIGHUP into a cancellation and an exit code of 128 plus the signal's number.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _cancellation;
    private readonly PosixSignalRegistration[] _registrations;

    public Interruption(CancellationTokenSource cancellation)
    {
        _cancellation = cancellation;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle),
        ];
    }

    /// <summary>The first signal that came, for people; null if none.</summary>
    public string? Signal { get; private set; }

    /// <summary>128 plus the signal's number.</summary>
    public int ExitCode { get; private set; }

    public void Dispose() => Array.ForEach(_registrations, static registration => registration.Dispose());

    private void Handle(PosixSignalContext context)
    {
        // A second signal ends the process at once, as the default would.
        if (Signal is not null)
        {
            return;
        }

        context.Cancel = true;
        (Signal, ExitCode) = context.Signal switch
        {
            PosixSignal.SIGINT => ("SIGINT", 130),
            PosixSignal.SIGHUP => ("SIGHUP", 129),
            _ => ("SIGTERM", 143),
        };
        _cancellation.Cancel();
    }
}

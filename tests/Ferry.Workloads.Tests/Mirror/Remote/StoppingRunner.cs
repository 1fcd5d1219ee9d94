using Ferry.Core.Processes;

namespace Ferry.Workloads.Tests.Mirror.Remote;

/// <summary>Runs tools, and cancels one as soon as something is the case.</summary>
internal sealed class StoppingRunner(CancellationTokenSource cancellation, Func<bool> isTime) : IProcessRunner
{
    private readonly ProcessRunner _runner = new();

    public ProcessResult Run(string tool, IReadOnlyList<string> arguments, CancellationToken token) => _runner.Run(tool, arguments, token);

    public ProcessResult Ask(string tool, IReadOnlyList<string> arguments, CancellationToken token) => _runner.Ask(tool, arguments, token);

    public int RunOnTerminal(string tool, IReadOnlyList<string> arguments) => _runner.RunOnTerminal(tool, arguments);

    public ProcessResult Exchange(string tool, IReadOnlyList<string> arguments, ToolStreams streams, CancellationToken token)
    {
        using var over = new CancellationTokenSource();
        var watch = Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
            {
                if (isTime())
                {
                    cancellation.Cancel();
                    return;
                }

                over.Token.WaitHandle.WaitOne(2);
            }
        }, over.Token);
        try
        {
            return _runner.Exchange(tool, arguments, streams, token);
        }
        finally
        {
            over.Cancel();
            watch.Wait(CancellationToken.None);
        }
    }
}

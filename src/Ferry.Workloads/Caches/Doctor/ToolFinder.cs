using Ferry.Core.Linux;
using Ferry.Core.Processes;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>Finds programs on PATH and asks them things, each with a time limit of its own. Thread-safe.</summary>
internal sealed class ToolFinder(string searchPath, IProcessRunner processes, CancellationToken cancellation)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    /// <summary>The program's absolute path; null if it is not on PATH.</summary>
    public string? Find(string name)
    {
        foreach (var directory in searchPath.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var path = Path.Join(directory, name);
            if (directory.StartsWith('/') && PathFacts.Of(path) is { IsProgram: true })
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>Runs a program and gives what it printed.</summary>
    /// <exception cref="ToolNotFoundException">It cannot be started.</exception>
    /// <exception cref="IOException">It did not end in time.</exception>
    public ProcessResult Ask(string program, IReadOnlyList<string> arguments)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(s_limit);
        try
        {
            return processes.Ask(program, arguments, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"{program} did not end within {s_limit.TotalSeconds} s");
        }
    }

    /// <summary>What a program of the PATH prints, in the C locale; null if it is not there, fails, or does not end in time.</summary>
    public string? TryAsk(string name, params string[] arguments)
    {
        try
        {
            return Find(name) is { } program && Ask("env", ["LC_ALL=C", program, .. arguments]) is { ExitCode: 0 } result ? result.Output : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}

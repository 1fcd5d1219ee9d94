namespace Ferry.Core.Processes;

/// <summary>How a supervised command ended.</summary>
/// <param name="ExitCode">Its exit code; 128 + n when signal n ended it.</param>
/// <param name="Signal">The signal that ended it; 0 when it ended by itself.</param>
/// <param name="Group">Its process group.</param>
/// <param name="HasLeftovers">Whether processes that it started are still running in its group.</param>
/// <param name="WasKilled">Whether it, or what it left behind, was killed because its time after a signal was over.</param>
public readonly record struct CommandEnd(int ExitCode, int Signal, int Group, bool HasLeftovers, bool WasKilled);

/// <summary>How long a command and what it has started may run on after a signal that asks it to end.</summary>
/// <param name="UntilKill">From the signal until SIGKILL.</param>
/// <param name="UntilGivenUp">From the signal until it is not waited for any more: a process that hangs in the kernel outlives SIGKILL.</param>
public readonly record struct CommandGrace(TimeSpan UntilKill, TimeSpan UntilGivenUp);

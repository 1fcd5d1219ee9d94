namespace Ferry.Core.Processes;

/// <summary>Signals by their number, which is the same on x86-64 and arm64.</summary>
public static class SignalNumber
{
#pragma warning disable CS1591 // the names are the documentation: signal(7)
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGQUIT = 3;
    public const int SIGKILL = 9;
    public const int SIGUSR1 = 10;
    public const int SIGUSR2 = 12;
    public const int SIGTERM = 15;
    public const int SIGCONT = 18;
    public const int SIGTSTP = 20;
    public const int SIGTTIN = 21;
    public const int SIGTTOU = 22;
    public const int SIGWINCH = 28;
#pragma warning restore CS1591

    /// <summary>Whether whoever sends it wants the program to end: SIGHUP, SIGINT, SIGTERM.</summary>
    public static bool IsEnding(int signal) => signal is SIGHUP or SIGINT or SIGTERM;

    /// <summary>For example <c>SIGTERM</c>; <c>signal 6</c> for those that have no name here.</summary>
    public static string Name(int signal) => signal switch
    {
        SIGHUP => nameof(SIGHUP),
        SIGINT => nameof(SIGINT),
        SIGQUIT => nameof(SIGQUIT),
        SIGKILL => nameof(SIGKILL),
        SIGUSR1 => nameof(SIGUSR1),
        SIGUSR2 => nameof(SIGUSR2),
        SIGTERM => nameof(SIGTERM),
        _ => $"signal {signal}",
    };
}

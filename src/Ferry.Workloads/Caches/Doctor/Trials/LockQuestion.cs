using Ferry.Core.Probing;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>How a doctor asks a second process of its own program for a lock.</summary>
public static class LockQuestion
{
    /// <summary>The hidden command.</summary>
    public const string Command = "internal-lock-probe";

    // Apart from the exit codes of a command line that is not understood.
    private const int FirstCode = 10;

    /// <summary>The exit code that stands for an answer.</summary>
    public static int ExitCodeOf(LockAnswer answer) => FirstCode + (int)answer;

    /// <summary>The answer; null for the exit code of something else.</summary>
    internal static LockAnswer? AnswerOf(int exitCode) =>
        exitCode is >= FirstCode and <= FirstCode + (int)LockAnswer.Failed ? (LockAnswer)(exitCode - FirstCode) : null;
}

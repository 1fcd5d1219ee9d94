using Ferry.Core.Linux;

namespace Ferry.Core.Walking;

/// <summary>How grave a problem with one entry is.</summary>
public enum ProblemKind
{
    /// <summary>Worth a line, but nothing that should have arrived is missing: it vanished, or is a device.</summary>
    Warning,

    /// <summary>The entry exists on both sides with different contents, newer on the target: nothing was overwritten.</summary>
    Conflict,

    /// <summary>The entry did not arrive as it should.</summary>
    Failure,
}

/// <summary>What went wrong with one entry of a tree: a line for people, and the error number where a system call failed (else 0).</summary>
public sealed record EntryProblem(ProblemKind Kind, string Path, string Reason, int Errno = 0)
{
    /// <summary>The reason for leaving out a device, a socket or a FIFO.</summary>
    public const string Special = "skipped: not a file, directory or link";

    /// <summary>The reason of a conflict over a staged file.</summary>
    internal const string ChangedOnBothSides = 
        "changed in the source and on scratch since the last sync; neither was overwritten: decide with ferry push --conflict";

    internal const string NewerOnTarget =
        "is not from the last sync and differs from the source's; it was not overwritten: decide with ferry push --conflict";

    /// <summary>The reason of a conflict that a push found.</summary>
    internal const string PushConflict =
        "changed in the source and on scratch since the last sync; neither was overwritten: choose with --conflict";

    internal const string PushGone =
        "changed on scratch, but removed from the source since the last sync; not brought back: choose with --conflict";

    internal const string PushRace = "changed in the source while it was being pushed; not overwritten: push again";

    internal const string PushKind =
        "is a directory on one side and something else on the other; nothing was done: remove the one you do not want";

    /// <summary>The line to print.</summary>
    public string Message => $"{Path}: {Reason}";

    /// <summary>True when the target, or a quota on it, is full.</summary>
    public bool IsOutOfSpace => Errno is Linux.Errno.ENOSPC or Linux.Errno.EDQUOT;

    /// <summary>A read that failed: a warning if the entry vanished meanwhile, else a failure.</summary>
    internal static EntryProblem OfRead(string path, string operation, int errno) =>
        errno == Linux.Errno.ENOENT
            ? new EntryProblem(ProblemKind.Warning, path, "vanished while it was being read", errno)
            : OfCall(path, operation, errno);

    /// <summary>A system call that failed.</summary>
    internal static EntryProblem OfCall(string path, string operation, int errno) =>
        new(ProblemKind.Failure, path, $"{Linux.Errno.Describe(errno)} ({operation}: {Linux.Errno.Name(errno)})", errno);
}

using Ferry.Core.Processes;

namespace Ferry.Workloads.Caches.Run;

/// <summary>How much time there is to end a command and to push what it wrote.</summary>
public sealed record RunDeadline
{
    /// <summary>From SIGTERM to SIGKILL: the default of Slurm (KillWait) and of Kubernetes.</summary>
    public static readonly TimeSpan UsualGrace = TimeSpan.FromSeconds(30);

    /// <summary>What is kept back to end in an orderly way.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan s_longestReserve = TimeSpan.FromSeconds(60);

    /// <summary>Timers go no further than 49 days.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(40);

    /// <summary>What the user said, more than zero; null to find out.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>When the batch system ends the job: SIGTERM then, SIGKILL <see cref="UsualGrace"/> later. Null when not known.</summary>
    public DateTimeOffset? JobEnd { get; init; }

    /// <summary>The time from a signal that asks for the end until all must be done.</summary>
    public TimeSpan AfterSignal(DateTimeOffset now)
    {
        var untilJobEnds = JobEnd is { } end && end > now ? end - now : TimeSpan.Zero;
        return Limited(Duration ?? untilJobEnds + UsualGrace - Margin);
    }

    /// <summary>The time from the command's own end until all must be done; null when there is no limit.</summary>
    public TimeSpan? AfterCommand(DateTimeOffset now)
    {
        if (Duration is { } duration)
        {
            return Limited(duration);
        }

        return JobEnd is { } end && end - Margin > now ? Limited(end - Margin - now) : null;
    }

    /// <summary>How the time after a signal is shared between the command and the push: a third of it, at most a minute, is the push's.</summary>
    public static CommandGrace Share(TimeSpan untilDeadline)
    {
        var reserve = untilDeadline / 3;
        reserve = reserve < s_longestReserve ? reserve : s_longestReserve;
        return new CommandGrace(untilDeadline - reserve, untilDeadline - (reserve / 2));
    }

    private static TimeSpan Limited(TimeSpan time) => time < s_longest ? time : s_longest;
}

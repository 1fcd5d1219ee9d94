using System.Globalization;

namespace Ferry.Cli.Commands;

/// <summary>What Slurm tells a job about itself.</summary>
internal static class SlurmJob
{
    /// <summary>When the job's time is over, from <c>SLURM_JOB_END_TIME</c>; null outside of a job, and where the variable is not such a time.</summary>
    public static DateTimeOffset? EndOf(IHostEnvironment environment) =>
        long.TryParse(environment.Get("SLURM_JOB_END_TIME"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}

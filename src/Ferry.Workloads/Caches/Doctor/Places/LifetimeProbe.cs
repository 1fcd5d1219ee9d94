using Ferry.Core.Concurrency;
using Ferry.Core.Linux;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>Whether scratch goes away with the job, or is memory that the job pays for.</summary>
internal sealed class LifetimeProbe(string path, FileSystemProbe system, DoctorSubject subject) : IProbe
{
    private static readonly string[] s_jobs = ["SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "JOB_ID"];
    private static readonly string[] s_jobDirectories = ["SLURM_TMPDIR", "TMPDIR"];

    public string Name => "lifetime";

    public void Run(FindingList findings)
    {
        if (JobDirectory() is { } variable)
        {
            findings.Note(
                $"belongs to this job (${variable}) and is removed when it ends", "stages again in each job",
                "'ferry run --push' brings back what the job wrote before it ends", "job");
        }

        if (system.Profile?.FileSystem.Class == StorageClass.Memory)
        {
            findings.Warning(
                "this is memory, and what is staged counts against the job's", null,
                $"ask for as much more as the caches need; you have {ByteText.Of(ProcessLimits.MemoryBytes)}", "memory");
        }
    }

    private string? JobDirectory()
    {
        if (!Array.Exists(s_jobs, job => subject.Lookup(job) is { Length: > 0 }))
        {
            return null;
        }

        return Array.Find(s_jobDirectories, variable => subject.Lookup(variable) is { } value && value.StartsWith('/')
            && CachePath.Contains(Path.TrimEndingDirectorySeparator(value), path));
    }
}

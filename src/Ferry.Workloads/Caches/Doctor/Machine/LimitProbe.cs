using Ferry.Core.Linux;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>Open files and memory.</summary>
internal sealed class LimitProbe : IProbe
{
    // 64 for the process itself, and five for each worker: docs/architecture.md.
    private const int Spare = 64;
    private const int PerWorker = 5;
    private const int Few = 256;
    private const long LittleMemory = 512L << 20;

    public string Name => "limits";

    public void Run(FindingList findings)
    {
        var files = ProcessLimits.OpenFiles;
        var memory = ProcessLimits.MemoryBytes;
        var found = $"{files:N0} open files, {ByteText.Of(memory)} of memory";
        if (files < Few)
        {
            findings.Warning(found, $"keeps at most {Math.Max(1, (files - Spare) / PerWorker)} in flight", "ulimit -n 1024", $"{files}");
        }
        else
        {
            findings.Ok(found, value: $"{files}");
        }

        if (memory < LittleMemory)
        {
            findings.Warning("little memory for trees of a million files", "needs up to 300 MB for one", "ask for more, or sync before the job", $"{memory}");
        }
    }
}

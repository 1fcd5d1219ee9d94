using Ferry.Cli.Config;
using Ferry.Cli.Output;
using Ferry.Workloads.Caches.History;

namespace Ferry.Cli.Commands;

/// <summary>Records what a command did. That it cannot be recorded never fails the command.</summary>
internal static class CommandHistory
{
    /// <summary>Appends entries to the history, with this process's host, job and version.</summary>
    public static void Append(CommandContext context, IEnumerable<HistoryEntry> entries)
    {
        try
        {
            var job = context.Environment.Get("SLURM_JOB_ID");
            _ = new CacheHistory(new StateFiles(context.Environment).History).Append(
                [.. entries.Select(entry => entry with { Host = context.Environment.HostName, Job = job, Version = ProgramVersion.Text })]);
        }
        catch (ConfigException)
        {
            // No home, or variables that are not text: then there is no place for it.
        }
    }
}

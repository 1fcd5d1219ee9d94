using Ferry.Cli.Config;
using Ferry.Core.Linux;
using Ferry.Workloads.Caches;

namespace Ferry.Cli.Output;

/// <summary>What every cache command says first: notes on the configuration, and variables that point somewhere else.</summary>
internal static class CommandNotes
{
    public static void Print(CommandContext context, FerryConfig config, CacheSettings settings)
    {
        foreach (var note in config.Notes)
        {
            context.Error.WriteLine($"ferry: {note}");
        }

        foreach (var warning in CongruencyCheck.Warnings(settings, context.Environment.Get, PathFacts.RealPath))
        {
            context.Error.WriteLine($"ferry: warning: {warning}");
        }
    }
}

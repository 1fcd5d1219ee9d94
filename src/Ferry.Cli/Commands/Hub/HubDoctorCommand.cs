using System.CommandLine;
using Ferry.Cli.Output;
using Ferry.Workloads.Caches.Doctor;

namespace Ferry.Cli.Commands.Hub;

/// <summary><c>ferry hf doctor</c>: whether configuration, keys, store, cache and hub are as they must be, each looked at for itself.</summary>
internal static class HubDoctorCommand
{
    public static Command Create(CommandContext context, HubOptions options)
    {
        var json = new Option<bool>("--json") { Description = "print JSON" };
        var command = new DocumentedCommand("doctor", "Check configuration, keys, store, cache and hub; writes a small object to the store, and removes it.")
        {
            Examples = ["ferry hf doctor", "ferry hf doctor --json"],
            ExitCodes = "0 nothing is wrong; 1 a check failed; 2 wrong usage",
        };
        command.Options.Add(json);
        command.SetAction(parsed => Run(options.Read(parsed), parsed.GetValue(json), context));
        return command;
    }

    internal static int Run(HubChoice choice, bool isJson, CommandContext context)
    {
        using var session = new HubSession(context, choice);
        List<Finding> findings =
        [
            .. new HubConfigCheck(session).Findings,
            .. new HubStoreCheck(session).Findings,
            .. new HubCacheCheck(session).Findings,
            .. new HubSiteCheck(session).Findings,
        ];
        if (isJson)
        {
            DoctorJson.Write(findings, context.OutBytes);
        }
        else
        {
            new DoctorText(context).Write(findings);
        }

        return findings.Exists(static finding => finding.Severity == FindingSeverity.Problem) ? ExitCodes.Failure : ExitCodes.Ok;
    }
}

using System.CommandLine;
using Ferry.Core.Probing;
using Ferry.Workloads.Caches.Doctor;

namespace Ferry.Cli.Commands;

/// <summary><c>ferry internal-lock-probe PATH</c>: asks for the lock of a file once, for a doctor that holds it. Hidden.</summary>
internal static class LockProbeCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("PATH") { Description = "an existing file" };
        var command = new DocumentedCommand(LockQuestion.Command, "Ask for a lock once; the exit code is the answer.") { Hidden = true };
        command.Arguments.Add(path);
        command.SetAction(parsed =>
        {
            using var trial = LockTrial.Take(parsed.GetValue(path)!);
            return LockQuestion.ExitCodeOf(trial.Answer);
        });
        return command;
    }
}

using Ferry.Core.Linux;
using Ferry.Core.Probing;
using Ferry.Core.Processes;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>
/// Whether flock(2) excludes: another open file of this process, and another process. What it does between nodes cannot be tried from one of them;
/// how the file system is mounted tells some of it.
/// </summary>
internal sealed class LockProbe(ProbeDirectory directory, FileSystemProbe system, string? program, ToolFinder tools) : IProbe
{
    private const string WithoutLocks = "works without: processes at the same time may copy the same files twice, never wrongly";

    public string Name => "locks";

    public void Run(FindingList findings)
    {
        var file = LockTrial.CreateFile(directory);
        using var first = LockTrial.Take(file);
        if (first.Answer != LockAnswer.Given)
        {
            Report(findings, first.Answer, first.Error);
            return;
        }

        using var second = LockTrial.Take(file);
        if (second.Answer == LockAnswer.Taken)
        {
            AskOtherProcess(file, findings);
        }
        else
        {
            Report(findings, second.Answer, second.Error);
        }
    }

    private void AskOtherProcess(string file, FindingList findings)
    {
        LockAnswer? answer = null;
        try
        {
            answer = program is null ? null : LockQuestion.AnswerOf(tools.Ask(program, [LockQuestion.Command, file]).ExitCode);
        }
        catch (ToolNotFoundException)
        {
            // Said below, as for any other answer that is none.
        }

        if (answer is { } known)
        {
            Report(findings, known, 0);
        }
        else
        {
            findings.Note("locks work within one process; a second one could not be asked", value: "untested");
        }
    }

    private void Report(FindingList findings, LockAnswer second, int error)
    {
        switch (second)
        {
            case LockAnswer.Taken when NodeLocal() is { } why:
                findings.Note($"locks work between processes of this node, not between nodes ({why})", WithoutLocks, value: "node-local");
                break;
            case LockAnswer.Taken:
                findings.Ok("locks (flock) exclude a second process", value: "works");
                break;
            case LockAnswer.Given:
                findings.Warning("locks (flock) succeed for everybody at once", WithoutLocks, value: "succeeds-for-all");
                break;
            case LockAnswer.Unsupported:
                findings.Note($"no locks (flock{(error > 0 ? $": {Errno.Name(error)}" : "")})", WithoutLocks, value: "unsupported");
                break;
            default:
                findings.Problem(
                    $"locks fail{(error > 0 ? $": {Errno.Describe(error)} (flock: {Errno.Name(error)})" : "")}", "fails when it asks for a cache's lock",
                    "tell your site, or choose another scratch", "fails");
                break;
        }
    }

    private string? NodeLocal() => system.Mount switch
    {
        null => null,
        { } mount when mount.Has("localflock") => "mounted with localflock",
        { } mount when mount.Has("nolock") => "mounted with nolock",
        { } mount when mount.ValueOf("local_lock") is "all" or "flock" => $"mounted with local_lock={mount.ValueOf("local_lock")}",
        { Type: "beegfs" } => "the default of BeeGFS",
        _ => null,
    };
}

using System.Text.Json;
using Ferry.Core.Linux;
using Ferry.Core.Processes;
using Ferry.Core.Progress;
using Ferry.Core.Pushing;
using Ferry.Core.Walking;
using Ferry.Fault.Tests.Harness;
using Ferry.Workloads.Caches;
using Ferry.Workloads.Caches.Push;
using Ferry.Workloads.Caches.Sync;

namespace Ferry.Fault.Tests.Histories;

/// <summary>What a push or a sync said of the one cache.</summary>
/// <param name="IsGood">Exit code 0.</param>
/// <param name="Outcome">Its word for how it ended, as in the JSON report.</param>
/// <param name="Files">Files that it brought over.</param>
/// <param name="Problems">The conflicts and failures that it named, warnings left out: path and reason.</param>
internal sealed record ToolOutcome(bool IsGood, string Outcome, long Files, string[] Problems);

/// <summary>The two commands of a history.</summary>
internal interface ICacheTools
{
    ToolOutcome Push(ConflictPolicy policy, bool dryRun);

    ToolOutcome Sync(bool force, bool delete);
}

/// <summary>Calls what the commands call: a hundred times as fast as starting them.</summary>
internal sealed class ToolsInProcess(StagedCache cache, TimeProvider? time = null) : ICacheTools, ISyncObserver, IPushObserver
{
    private readonly CacheDefinition _definition = new(StagedCache.Variable, cache.Source);

    private CacheSettings Settings => new()
    {
        ScratchBase = cache.Scratch, CacheRoot = ".cache/ferry", Caches = [_definition], Transfer = new TransferOptions { Jobs = 1 },
    };

    public ToolOutcome Push(ConflictPolicy policy, bool dryRun)
    {
        var report = CachePushRun.Run(
            Settings, [_definition], new CachePushOptions { DryRun = dryRun, Conflicts = policy }, this, time ?? TimeProvider.System, new ProcessRunner(), default)[0];
        var outcome = report.Outcome switch
        {
            PushOutcome.UpToDate => "up-to-date",
            PushOutcome.NotStaged => "not-staged",
            _ => report.Outcome.ToString().ToLowerInvariant(),
        };
        return new ToolOutcome(report.Outcome != PushOutcome.Failed, outcome, report.Files, Named(report.Problems, report.Error));
    }

    public ToolOutcome Sync(bool force, bool delete)
    {
        var report = CacheSyncRun.Run(
            Settings, [_definition], new SyncOptions { Force = force, Delete = delete }, this, time ?? TimeProvider.System, new ProcessRunner(), default)[0];
        var outcome = report.Outcome == SyncOutcome.UpToDate ? "up-to-date" : report.Outcome.ToString().ToLowerInvariant();
        return new ToolOutcome(report.IsExported, outcome, report.Files, Named(report.Problems, report.Error));
    }

    public void Started(CacheDefinition cache, TransferProgress progress)
    {
    }

    public void Waiting(CacheDefinition cache)
    {
    }

    public void Note(CacheDefinition cache, string text)
    {
    }

    public void Finished(CacheSyncReport report)
    {
    }

    public void Finished(CachePushReport report)
    {
    }

    private static string[] Named(IEnumerable<EntryProblem> problems, string? error) =>
        [.. problems.Where(problem => problem.Kind != ProblemKind.Warning).Select(problem => problem.Message), .. error is null ? [] : (string[])[error]];
}

/// <summary>Runs the real binary.</summary>
internal sealed class ToolsOfBinary(StagedCache cache) : ICacheTools
{
    public ToolOutcome Push(ConflictPolicy policy, bool dryRun)
    {
        List<string> args = ["push", "--json", "--var", StagedCache.Variable, "--conflict", policy.ToString().ToLowerInvariant()];
        if (dryRun) args.Add("--dry-run");
        return Run(args, "pushed_files");
    }

    public ToolOutcome Sync(bool force, bool delete)
    {
        List<string> args = ["sync", "--json"];
        if (force) args.Add("--force");
        if (delete) args.Add("--delete");
        return Run(args, "copied_files");
    }

    private ToolOutcome Run(List<string> args, string files)
    {
        var result = cache.Run([.. args]);
        Assert.True(result.ExitCode is 0 or 1, result.ToString());
        using var json = JsonDocument.Parse(result.Stdout);
        var report = json.RootElement.GetProperty("caches")[0];
        var problems = report.GetProperty("problems").EnumerateArray()
            .Where(problem => problem.GetProperty("kind").GetString() != "warning")
            .Select(problem => $"{problem.GetProperty("path")}: {problem.GetProperty("reason")}");
        var error = report.GetProperty("error");
        return new ToolOutcome(
            result.ExitCode == 0, report.GetProperty("outcome").GetString()!, report.GetProperty(files).GetInt64(),
            [.. problems, .. error.ValueKind == JsonValueKind.Null ? [] : (string[])[error.GetString()!]]);
    }
}

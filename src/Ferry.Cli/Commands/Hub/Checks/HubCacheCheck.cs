using Ferry.Cli.Config;
using Ferry.Cli.Output;
using Ferry.Cli.Output.Reports.Hub;
using Ferry.Core.Linux;
using Ferry.Workloads.Caches.Doctor;
using Ferry.Workloads.HuggingFace.Cache;

namespace Ferry.Cli.Commands.Hub;

/// <summary>Whether the hub's cache on this machine can be read and written, and what is in it.</summary>
internal sealed class HubCacheCheck
{
    private DoctorPlace _place = new("Cache", null);

    public HubCacheCheck(HubSession session)
    {
        try
        {
            var setting = session.CacheDirectory;
            var directory = setting.Value;
            _place = new DoctorPlace("Cache", directory);
            if (session.Context.Files.Facts(directory) is not { } facts)
            {
                AddMissing(directory, setting.Origin.Where, session.Context.Files);
            }
            else if (!facts.IsDirectory)
            {
                Add("directory", FindingSeverity.Problem, $"is no directory ({setting.Origin.Where})", you: "name another one with HF_HUB_CACHE");
            }
            else
            {
                AddDirectory(session, setting.Origin.Where);
            }
        }
        catch (Exception e) when (e is ConfigException or IOException)
        {
            Add("directory", FindingSeverity.Problem, e.Message);
        }
    }

    public List<Finding> Findings { get; } = [];

    private void AddMissing(string directory, string where, IHostFiles files)
    {
        var above = directory;
        while (files.Facts(above) is null && Path.GetDirectoryName(above) is { } next)
        {
            above = next;
        }

        if (files.MayWriteIn(above))
        {
            Add("directory", FindingSeverity.Note, $"does not exist yet ({where})", "makes it with the first pull");
            AddSpace(above);
        }
        else
        {
            Add("directory", FindingSeverity.Problem, $"does not exist, and may not be made in {above} ({where})", you: "name another one with HF_HUB_CACHE");
        }
    }

    private void AddDirectory(HubSession session, string where)
    {
        var cache = session.ReadCache();
        var incomplete = cache.Repos.Sum(static repo => repo.Incomplete.Count);
        Add(
            "directory", FindingSeverity.Ok,
            $"{SyncText.Count(cache.Repos.Count, "repository", "repositories")}, {ByteText.Of(cache.Bytes)}{(incomplete > 0 ? $", {SyncText.Count(incomplete, "unfinished download")}" : "")} ({where})");
        Add("layout", FindingSeverity.Ok, Directory.Exists(Path.Join(cache.Directory, "blobs")) ? "with a store that repositories share" : "each repository has its own contents");
        if (HubText.Problems(cache).ToList() is { Count: > 0 } problems)
        {
            Add("content", FindingSeverity.Warning, $"{SyncText.Count(problems.Count, "problem")}, such as {problems[0]}", you: "'ferry hf status' names them");
        }

        if (session.Context.Files.MayWriteIn(cache.Directory))
        {
            Add("write", FindingSeverity.Ok, "allowed");
        }
        else
        {
            Add("write", FindingSeverity.Note, "read-only: push works, pull and prune do not", value: "read-only");
        }

        AddSpace(cache.Directory);
        AddBudget(cache, session.Config.MaxLocal);
    }

    private void AddBudget(HubCache cache, Setting<long> budget)
    {
        var isOver = cache.Bytes > budget.Value;
        Add(
            "budget", isOver ? FindingSeverity.Note : FindingSeverity.Ok, $"{ByteText.Of(cache.Bytes)} of {ByteText.Of(budget.Value)} ({budget.Origin.Where})",
            you: isOver ? "ferry hf prune" : null);
    }

    private void AddSpace(string directory)
    {
        var space = FileSystemSpace.Of(directory);
        Add("space", FindingSeverity.Ok, $"{ByteText.Of(space.FreeBytes)} of {ByteText.Of(space.TotalBytes)} free");
    }

    private void Add(string probe, FindingSeverity severity, string found, string? ferry = null, string? you = null, string? value = null) =>
        Findings.Add(new Finding(_place, probe, severity, found, ferry, you, value));
}

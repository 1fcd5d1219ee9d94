using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Cli.Output.Reports.Hub;

/// <summary>The report of <c>ferry hf status</c>.</summary>
internal static class HubStatusReport
{
    private const int ShownProblems = 10;

    /// <param name="cache">The cache.</param>
    /// <param name="budget">Bytes that it may have.</param>
    /// <param name="store">The store; null if none is configured.</param>
    /// <param name="output">Standard output.</param>
    public static void WriteText(HubCache cache, long budget, string? store, TextWriter output)
    {
        var incomplete = cache.Repos.SelectMany(static repo => repo.Incomplete).ToList();
        var problems = HubText.Problems(cache).ToList();
        output.WriteLine($"Cache dir:  {cache.Directory}{(Directory.Exists(cache.Directory) ? "" : " (does not exist yet)")}");
        output.WriteLine($"Repos:      {cache.Repos.Count:N0}{Types(cache)}, {SyncText.Count(Revisions(cache), "revision")}");
        output.WriteLine($"Size:       {ByteText.Of(cache.Bytes)} in {SyncText.Count(Contents(cache), "file")}, shared ones counted once");
        output.WriteLine($"Budget:     {ByteText.Of(budget)}{Room(cache.Bytes, budget)}");
        output.WriteLine($"Bucket:     {store ?? "none configured; run 'ferry hf init'"}");
        if (incomplete.Count > 0)
        {
            output.WriteLine($"Incomplete: {SyncText.Count(incomplete.Count, "download")}, {ByteText.Of(incomplete.Sum(static each => each.Bytes))}");
        }

        if (problems.Count > 0)
        {
            output.WriteLine($"Problems:   {problems.Count:N0}");
            problems.Take(ShownProblems).ToList().ForEach(problem => output.WriteLine($"  {problem}"));
            output.Write(problems.Count > ShownProblems ? $"  ... and {problems.Count - ShownProblems:N0} more; --json names them all\n" : "");
        }
    }

    public static void WriteJson(HubCache cache, long budget, string? store, Stream output) => HubJson.Write("hf-status", output, json =>
    {
        json.WriteString("cache", cache.Directory);
        json.WriteNumber("repos", cache.Repos.Count);
        json.WriteNumber("revisions", Revisions(cache));
        json.WriteNumber("files", Contents(cache));
        json.WriteNumber("bytes", cache.Bytes);
        json.WriteNumber("budget_bytes", budget);
        json.WriteString("store", store);
        json.WriteNumber("incomplete", cache.Repos.Sum(static repo => repo.Incomplete.Count));
        json.WriteNumber("incomplete_bytes", cache.Repos.SelectMany(static repo => repo.Incomplete).Sum(static each => each.Bytes));
        HubJson.WriteProblems(json, "problems", HubText.Problems(cache));
    });

    private static int Revisions(HubCache cache) => cache.Repos.Sum(static repo => repo.Revisions.Count);

    private static int Contents(HubCache cache) => cache.Repos.SelectMany(static repo => repo.Contents).Select(static blob => blob.Content).Distinct().Count();

    private static string Types(HubCache cache)
    {
        var kinds = cache.Repos.CountBy(static repo => repo.Id.Type).OrderBy(static kind => kind.Key).Select(static kind => SyncText.Count(kind.Value, kind.Key.ToWord()));
        return cache.Repos.Count == 0 ? "" : $" ({string.Join(", ", kinds)})";
    }

    private static string Room(long bytes, long budget) =>
        bytes <= budget ? $", {ByteText.Of(budget - bytes)} left" : $", {ByteText.Of(bytes - budget)} over it: run 'ferry hf prune'";
}

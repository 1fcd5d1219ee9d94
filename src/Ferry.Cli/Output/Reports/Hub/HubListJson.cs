using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Inventory;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Cli.Output.Reports.Hub;

/// <summary>The report of <c>ferry hf list --json</c>: a revision for each that cache or bucket has.</summary>
internal static class HubListJson
{
    public static void Write(HubCache cache, Stream output) => HubJson.Write("hf-list", output, json =>
    {
        json.WriteString("cache", cache.Directory);
        json.WriteNumber("bytes", cache.Bytes);
        json.WriteStartArray("revisions");
        foreach (var repo in cache.Repos.OrderBy(static repo => repo.Id))
        {
            foreach (var revision in repo.Revisions)
            {
                json.WriteStartObject();
                HubJson.WriteRepo(json, repo.Id);
                json.WriteString("revision", revision.Commit.Hex);
                HubJson.WriteRefs(json, revision.Refs);
                json.WriteNumber("files", revision.Files.Count);
                json.WriteNumber("bytes", revision.Bytes);
                json.WriteBoolean("complete", revision.IsComplete);
                json.WriteNumber("broken", revision.Broken);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        HubJson.WriteProblems(json, "problems", HubText.Problems(cache));
    });

    public static void Write(BucketInventory inventory, Stream output) => HubJson.Write("hf-list-remote", output, json =>
    {
        json.WriteNumber("blobs", inventory.Blobs);
        json.WriteNumber("bytes", inventory.Bytes);
        json.WriteStartArray("revisions");
        foreach (var revision in inventory.Revisions)
        {
            json.WriteStartObject();
            HubJson.WriteRepo(json, revision.Repo);
            json.WriteString("revision", revision.Commit.Hex);
            HubJson.WriteRefs(json, revision.Refs);
            json.WriteNumber("files", revision.Files);
            json.WriteNumber("missing_files", revision.MissingFiles);
            json.WriteNumber("bytes", revision.Bytes);
            json.WriteBoolean("complete", revision.IsComplete);
            json.WriteString("visibility", revision.Visibility.ToWord());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        HubJson.WriteProblems(json, "problems", inventory.Problems.Select(static problem => new CacheProblem(problem.Key, problem.Reason)));
    });
}

using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Pruning;

namespace Ferry.Cli.Output.Reports.Hub;

/// <summary>The report of <c>ferry hf rm</c>.</summary>
internal static class HubRemovalReport
{
    /// <summary>What would go.</summary>
    public static void WritePlan(HubRemoval removal, TextWriter output)
    {
        var table = new TextTable(("Revision", false), ("Files", true), ("Size", true), ("Refs", false));
        foreach (var revision in removal.Revisions)
        {
            table.Add(HubText.Short(revision.Commit), $"{revision.Files.Count:N0}", ByteText.Of(revision.Bytes), HubText.Refs(revision.Refs));
        }

        output.WriteLine(removal.Repo);
        table.Write(output);
        output.WriteLine();
        output.WriteLine(
            $"{ByteText.Of(removal.FreedBytes)} to free{(removal.IsWhole ? ", all of the repository" : "; what other revisions share stays")}"
            + $"{(removal.Incomplete > 0 ? $", with {SyncText.Count(removal.Incomplete, "unfinished download")}" : "")}.");
    }

    /// <param name="removal">What was planned.</param>
    /// <param name="report">What was done; null for nothing.</param>
    /// <param name="output">Standard output.</param>
    public static void WriteJson(HubRemoval removal, HubPruneReport? report, Stream output) => HubJson.Write("hf-rm", output, json =>
    {
        HubJson.WriteRepo(json, removal.Repo);
        json.WriteBoolean("whole", removal.IsWhole);
        json.WriteNumber("planned_bytes", removal.FreedBytes);
        json.WriteNumber("removed_bytes", report?.FreedBytes ?? 0);
        json.WriteStartArray("revisions");
        foreach (var revision in removal.Revisions)
        {
            json.WriteStringValue(revision.Commit.Hex);
        }

        json.WriteEndArray();
        HubJson.WriteProblems(json, "failed", [.. report?.Failures ?? [], .. report?.Skipped ?? []]);
    });
}

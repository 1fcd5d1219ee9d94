using System.Text.Json;
using Ferry.Workloads.HuggingFace.Pull;

namespace Ferry.Cli.Output.Reports.Hub;

/// <summary>The JSON report of <c>ferry hf pull</c>.</summary>
internal static class HubPullJson
{
    public static void Write(HubPullReport report, Stream output) => HubJson.Write("hf-pull", output, json => WriteFields(json, report));

    /// <summary>Of many repositories.</summary>
    public static void Write(IReadOnlyList<PullOutcome> outcomes, Stream output) => HubJson.Write("hf-pull-all", output, json =>
    {
        json.WriteBoolean("good", outcomes.All(static outcome => outcome.IsWhole));
        json.WriteStartArray("repos");
        foreach (var outcome in outcomes)
        {
            json.WriteStartObject();
            if (outcome.Report is { } report)
            {
                WriteFields(json, report);
            }
            else
            {
                json.WriteString("repo", outcome.Name);
                json.WriteBoolean("good", false);
                json.WriteString("reason", outcome.Failure);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static void WriteFields(Utf8JsonWriter json, HubPullReport report)
    {
        var plan = report.Plan;
        HubJson.WriteRepo(json, report.Repo);
        json.WriteString("commit", report.Commit.Hex);
        json.WriteString("source", plan.Found.Place);
        json.WriteBoolean("good", report.IsWhole);
        json.WriteBoolean("complete", plan.Found.Manifest.IsComplete);
        json.WriteNumber("files", plan.Found.Manifest.Files.Count);
        json.WriteNumber("missing_blobs", plan.Missing.Count);
        json.WriteNumber("missing_bytes", plan.MissingBytes);
        json.WriteNumber("present_blobs", plan.Present);
        json.WriteNumber("downloaded_blobs", report.Downloaded);
        json.WriteNumber("downloaded_bytes", report.DownloadedBytes);
        json.WriteNumber("resumed_bytes", report.ResumedBytes);
        json.WriteNumber("shared_blobs", report.Shared);
        json.WriteStartArray("refused");
        foreach (var entry in plan.Found.Refused)
        {
            json.WriteStringValue(entry.ToString());
        }

        json.WriteEndArray();
        json.WriteStartArray("failed");
        foreach (var problem in report.Problems)
        {
            json.WriteStartObject();
            json.WriteString("path", problem.Path);
            json.WriteString("reason", problem.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

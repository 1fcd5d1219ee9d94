using System.Text.Json;
using Ferry.Workloads.Caches.Pruning;

namespace Ferry.Cli.Output;

/// <summary>The report of <c>ferry prune --json</c>: one object; sizes in bytes, times in RFC 3339.</summary>
internal static class PruneJson
{
    public static void Write(PrunePlan plan, List<PruneReport> reports, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("type", "prune");
            json.WriteNumber("staged_bytes", plan.StagedBytes);
            json.WriteNumber("planned_bytes", plan.RemovedBytes);
            json.WriteStartArray("caches");
            foreach (var candidate in plan.Candidates)
            {
                var report = reports.Find(report => report.Candidate.Cache.Name == candidate.Cache.Name);
                WriteCandidate(json, report?.Candidate ?? candidate, report);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        output.Flush();
    }

    /// <summary>The outcome's word, in reports and in the history.</summary>
    public static string Outcome(PruneReport report) =>
        !report.IsGood ? "failed" : report.Candidate.Verdict == PruneVerdict.Remove ? "removed" : "kept";

    private static void WriteCandidate(Utf8JsonWriter json, PruneCandidate candidate, PruneReport? report)
    {
        json.WriteStartObject();
        json.WriteString("name", candidate.Cache.Name);
        json.WriteString("target", candidate.Target);
        json.WriteNumber("bytes", candidate.Totals.Bytes);
        json.WriteNumber("files", candidate.Totals.Files);
        if (candidate.LastUsed is { } used)
        {
            json.WriteString("last_used", used);
        }

        json.WriteString("verdict", candidate.Verdict switch
        {
            PruneVerdict.WithinBudget => "within-budget",
            PruneVerdict.TooRecent => "too-recent",
            PruneVerdict.NotPushed => "not-pushed",
            PruneVerdict.InUse => "in-use",
            _ => "remove",
        });
        json.WriteString("reason", candidate.Reason);
        json.WriteString("outcome", report is null ? "planned" : Outcome(report));
        json.WriteNumber("removed_files", report?.Files ?? 0);
        json.WriteNumber("removed_bytes", report?.Bytes ?? 0);
        json.WriteString("error", report?.Error);
        ProblemJson.Write(json, report?.Problems ?? []);
        json.WriteEndObject();
    }
}

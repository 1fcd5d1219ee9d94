using System.Text.Json;
using Ferry.Workloads.Caches.History;
using Ferry.Workloads.Caches.Sync;

namespace Ferry.Cli.Output;

/// <summary>The report of <c>ferry sync --json</c>: one object; sizes in bytes, times in seconds.</summary>
internal static class SyncJson
{
    public static void Write(IReadOnlyList<CacheSyncReport> reports, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("type", "sync");
            json.WriteStartArray("caches");
            foreach (var report in reports)
            {
                WriteReport(json, report);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        output.Flush();
    }

    private static void WriteReport(Utf8JsonWriter json, CacheSyncReport report)
    {
        json.WriteStartObject();
        json.WriteString("name", report.Cache.Name);
        json.WriteString("source", report.Cache.Source);
        json.WriteString("target", report.Target);
        json.WriteString("outcome", Outcome(report.Outcome));
        json.WriteBoolean("exported", report.IsExported);
        json.WriteString("error", report.Error);
        json.WriteNumber("files", report.Totals.Files);
        json.WriteNumber("bytes", report.Totals.Bytes);
        json.WriteNumber("planned_files", report.Work.Files);
        json.WriteNumber("planned_bytes", report.Work.Bytes);
        json.WriteNumber("planned_inodes", report.Work.Inodes);
        json.WriteNumber("copied_files", report.Files);
        json.WriteNumber("copied_bytes", report.Bytes);
        json.WriteNumber("removed_files", report.Removed);
        json.WriteNumber("verified_files", report.Verified);
        json.WriteNumber("changed_on_scratch", report.ChangedOnTarget);
        json.WriteNumber("seconds", Math.Round(report.Elapsed.TotalSeconds, 3));
        ProblemJson.Write(json, report.Problems);
        json.WriteEndObject();
    }

    internal static string Outcome(SyncOutcome outcome) => outcome switch
    {
        SyncOutcome.Fresh => "fresh",
        SyncOutcome.UpToDate => "up-to-date",
        SyncOutcome.Synced => "synced",
        SyncOutcome.Planned => "planned",
        _ => HistoryEntry.FailedOutcome,
    };
}

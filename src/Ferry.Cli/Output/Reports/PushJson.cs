using System.Text.Json;
using Ferry.Core.Pushing;
using Ferry.Workloads.Caches.Push;

namespace Ferry.Cli.Output;

/// <summary>The report of <c>ferry push --json</c>: one object; sizes in bytes, times in seconds.</summary>
internal static class PushJson
{
    public static void Write(IReadOnlyList<CachePushReport> reports, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("type", "push");
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

    /// <summary>The outcome's word, in reports and in the history.</summary>
    public static string Outcome(PushOutcome outcome) => outcome switch
    {
        PushOutcome.NotStaged => "not-staged",
        PushOutcome.UpToDate => "up-to-date",
        PushOutcome.Pushed => "pushed",
        PushOutcome.Planned => "planned",
        _ => "failed",
    };

    private static void WriteReport(Utf8JsonWriter json, CachePushReport report)
    {
        json.WriteStartObject();
        json.WriteString("name", report.Cache.Name);
        json.WriteString("source", report.Cache.Source);
        json.WriteString("target", report.Target);
        json.WriteString("outcome", Outcome(report.Outcome));
        json.WriteString("error", report.Error);
        json.WriteNumber("planned_files", report.Work.Files);
        json.WriteNumber("planned_bytes", report.Work.Bytes);
        json.WriteNumber("planned_directories", report.Work.Directories);
        json.WriteNumber("planned_conflicts", report.Work.Conflicts);
        json.WriteNumber("pushed_files", report.Files);
        json.WriteNumber("pushed_bytes", report.Bytes);
        json.WriteNumber("equal_files", report.Equal);
        json.WriteNumber("resolved_conflicts", report.Resolved);
        json.WriteBoolean("recorded", report.IsRecorded);
        json.WriteNumber("seconds", Math.Round(report.Elapsed.TotalSeconds, 3));
        WriteEntries(json, "plan", report.Planned);
        WriteEntries(json, "remaining", report.Remaining);
        ProblemJson.Write(json, report.Problems);
        json.WriteEndObject();
    }

    private static void WriteEntries(Utf8JsonWriter json, string name, IReadOnlyList<PushEntry> entries)
    {
        json.WriteStartArray(name);
        foreach (var entry in entries)
        {
            json.WriteStartObject();
            json.WriteString("path", entry.Path);
            json.WriteNumber("bytes", entry.Bytes);
            json.WriteBoolean("new", entry.IsNew);
            json.WriteBoolean("conflict", entry.IsConflict);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

using System.Text.Json;
using Ferry.Workloads.Caches.History;
using Ferry.Workloads.Caches.Migration;

namespace Ferry.Cli.Output;

/// <summary>What <c>ferry migrate --json</c> prints: one object.</summary>
internal static class MigrationJson
{
    /// <summary>Writes the object and a line end.</summary>
    public static void Write(MigrationReport report, string cache, CacheMigration migration, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("type", "migrate");
            json.WriteString("name", cache);
            json.WriteString("from", migration.From);
            json.WriteString("to", migration.To);
            json.WriteString("outcome", Outcome(report.Outcome));
            json.WriteString("in_force", migration.IsCopied || migration.IsSwitched ? migration.To : migration.From);
            json.WriteNumber("files", report.Totals.Files);
            json.WriteNumber("bytes", report.Totals.Bytes);
            json.WriteNumber("copied_files", report.Files);
            json.WriteNumber("copied_bytes", report.Bytes);
            json.WriteNumber("verified_files", report.Verified);
            json.WriteNumber("removed_entries", report.Removed);
            json.WriteNumber("seconds", report.Elapsed.TotalSeconds);
            json.WriteString("error", report.Error);
            ProblemJson.Write(json, report.Problems);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    /// <summary>The outcome in one word, as the history has it too.</summary>
    public static string Outcome(MigrationOutcome outcome) => outcome switch
    {
        MigrationOutcome.Planned => "planned",
        MigrationOutcome.Migrated => "migrated",
        MigrationOutcome.Kept => "kept",
        _ => HistoryEntry.FailedOutcome,
    };
}

using System.Text.Json;
using Ferry.Workloads.Caches.Verification;

namespace Ferry.Cli.Output;

/// <summary>The report of <c>ferry verify --json</c>: one object; sizes in bytes, times in seconds.</summary>
internal static class VerifyJson
{
    public static void Write(IReadOnlyList<CacheVerifyReport> reports, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("type", "verify");
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
    public static string Outcome(VerifyOutcome outcome) => outcome switch
    {
        VerifyOutcome.NotStaged => "not-staged",
        VerifyOutcome.Good => "good",
        VerifyOutcome.Repaired => "repaired",
        _ => "failed",
    };

    private static void WriteReport(Utf8JsonWriter json, CacheVerifyReport report)
    {
        json.WriteStartObject();
        json.WriteString("name", report.Cache.Name);
        json.WriteString("target", report.Target);
        json.WriteString("outcome", Outcome(report.Outcome));
        json.WriteString("error", report.Error);
        json.WriteNumber("files", report.Files);
        json.WriteNumber("bytes", report.Bytes);
        json.WriteNumber("wrong_files", report.Wrong);
        json.WriteNumber("fetched_files", report.Fetched);
        json.WriteNumber("fetched_bytes", report.FetchedBytes);
        json.WriteNumber("changed_on_scratch", report.ChangedOnTarget);
        json.WriteNumber("seconds", Math.Round(report.Elapsed.TotalSeconds, 3));
        ProblemJson.Write(json, report.Problems);
        json.WriteEndObject();
    }
}

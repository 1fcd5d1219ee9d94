using System.Text.Json;
using Ferry.Workloads.Caches.Doctor;

namespace Ferry.Cli.Output;

/// <summary>The report of <c>ferry doctor --json</c>: an array of findings.</summary>
internal static class DoctorJson
{
    public static void Write(IReadOnlyList<Finding> findings, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var finding in findings)
            {
                json.WriteStartObject();
                json.WriteString("place", finding.Place.Name);
                json.WriteString("path", finding.Place.Path);
                json.WriteString("probe", finding.Probe);
                json.WriteString("severity", NameOf(finding.Severity));
                json.WriteString("found", finding.Found);
                json.WriteString("ferry", finding.Ferry);
                json.WriteString("you", finding.You);
                json.WriteString("value", finding.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        output.Write("\n"u8);
        output.Flush();
    }

    private static string NameOf(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Ok => "ok",
        FindingSeverity.Note => "note",
        FindingSeverity.Warning => "warning",
        _ => "problem",
    };
}

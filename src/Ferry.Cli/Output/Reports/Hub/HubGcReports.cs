using System.Text.Json;
using Ferry.Cli.Commands.Hub;
using Ferry.Cli.Config.Values;
using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Collection;

namespace Ferry.Cli.Output.Reports.Hub;

/// <summary>The report of <c>ferry hf gc</c>.</summary>
internal static class HubGcReports
{
    public static void WriteText(HubGcReport report, HubGcOptions options, TextWriter output)
    {
        output.WriteLine($"In use:   {Describe(report.ReferencedBlobs, report.ReferencedBytes)}, by {SyncText.Count(report.Manifests, "manifest")}");
        output.WriteLine($"Waiting:  {Describe(report.Waiting)} that no manifest names, for less than {Duration.Format(options.Grace)}");
        output.WriteLine($"{(report.IsDryRun ? "Due:    " : "Removed:")}  {Describe(report.Removed)}{(report.RemovedClaims > 0 ? $", and {SyncText.Count(report.RemovedClaims, "claim")} of pushes that ended" : "")}");
        if (report.IsDryRun && report.Waiting.Count + report.Removed.Count > 0)
        {
            output.WriteLine("Nothing was changed; 'ferry hf gc --delete' begins the time of grace, and removes what is due.");
        }
    }

    public static void WriteJson(HubGcReport report, Stream output) => HubJson.Write("hf-gc", output, json =>
    {
        json.WriteBoolean("dry_run", report.IsDryRun);
        json.WriteNumber("manifests", report.Manifests);
        json.WriteNumber("referenced_blobs", report.ReferencedBlobs);
        json.WriteNumber("referenced_bytes", report.ReferencedBytes);
        Write(json, "waiting", report.Waiting);
        Write(json, report.IsDryRun ? "due" : "removed", report.Removed);
        json.WriteNumber("removed_claims", report.RemovedClaims);
        Write(json, "obstacles", report.Obstacles);
        Write(json, "failed", report.Failures);
    });

    /// <summary>Says on standard error what was in the way.</summary>
    /// <returns>The exit code.</returns>
    public static int TellProblems(HubGcReport report, HubSession session)
    {
        session.Context.Out.Flush();
        foreach (var obstacle in report.Obstacles)
        {
            session.Tell($"nothing removed: {obstacle}");
        }

        foreach (var failure in report.Failures)
        {
            session.Tell(failure);
        }

        return report.IsGood ? ExitCodes.Ok : ExitCodes.Failure;
    }

    private static string Describe(IReadOnlyList<UnreferencedBlob> blobs) => Describe(blobs.Count, blobs.Sum(static blob => blob.Bytes));

    private static string Describe(int count, long bytes) => $"{SyncText.Count(count, "content")}, {ByteText.Of(bytes)}";

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<UnreferencedBlob> blobs)
    {
        json.WriteStartArray(name);
        foreach (var blob in blobs)
        {
            json.WriteStartObject();
            json.WriteString("blob", blob.Blob.Hex);
            json.WriteNumber("bytes", blob.Bytes);
            json.WriteString("since", blob.Since);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> lines)
    {
        json.WriteStartArray(name);
        foreach (var line in lines)
        {
            json.WriteStringValue(line);
        }

        json.WriteEndArray();
    }
}

using Ferry.Workloads.HuggingFace.Push;

namespace Ferry.Cli.Output.Reports.Hub;

/// <summary>The JSON report of <c>ferry hf push</c>.</summary>
internal static class HubPushJson
{
    public static void Write(HubPushReport report, Stream output) => HubJson.Write("hf-push", output, json =>
    {
        json.WriteBoolean("good", report.IsGood);
        json.WriteBoolean("dry_run", report.IsDryRun);
        json.WriteNumber("repos", report.Repos);
        json.WriteNumber("uploaded_blobs", report.UploadedBlobs);
        json.WriteNumber("uploaded_bytes", report.UploadedBytes);
        json.WriteNumber("present_blobs", report.PresentBlobs);
        json.WriteNumber("present_bytes", report.PresentBytes);
        json.WriteNumber("repaired_blobs", report.RepairedBlobs);
        json.WriteNumber("verified_blobs", report.VerifiedBlobs);
        json.WriteNumber("skipped_pointers", report.SkippedPointers);
        json.WriteNumber("manifests", report.Manifests);
        json.WriteNumber("refs", report.Refs);
        json.WriteStartArray("skipped");
        foreach (var skipped in report.Skipped)
        {
            json.WriteStartObject();
            HubJson.WriteRepo(json, skipped.Repo);
            json.WriteString("reason", skipped.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteProblems("warnings", report.Warnings);
        WriteProblems("failed", report.Failures);

        void WriteProblems(string name, IReadOnlyList<PushProblem> problems)
        {
            json.WriteStartArray(name);
            foreach (var problem in problems)
            {
                json.WriteStartObject();
                json.WriteString("subject", problem.Subject);
                json.WriteString("reason", problem.Reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    });
}

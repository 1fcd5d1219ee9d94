using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Verify;

namespace Ferry.Cli.Output.Reports.Hub;

/// <summary>The report of <c>ferry hf verify</c>.</summary>
internal static class HubVerifyReports
{
    public static void WriteText(HubVerifyReport report, TimeSpan elapsed, HubTransferReporter reporter)
    {
        reporter.ShoutAll("WRONG", [.. report.Repos.SelectMany(static repo => repo.Wrong).Select(static wrong => $"{wrong.Blob.Path}: {wrong.Reason}{Files(wrong)}")]);
        reporter.ShoutAll("problem", [.. report.Problems.Concat(report.Repos.SelectMany(static repo => repo.Problems)).Select(static problem => problem.ToString())]);
        if (report.Repos.Sum(static repo => repo.Unnamed) is > 0 and var unnamed)
        {
            reporter.Say("note", $"{SyncText.Count(unnamed, "file")} without a name to be compared with: this cache has no links");
        }

        var bytes = report.Repos.Sum(static repo => repo.Bytes);
        var read = $"{SyncText.Count(report.Repos.Sum(static repo => repo.Blobs), "content")}, {ByteText.Of(bytes)}, of {SyncText.Count(report.Repos.Count, "repository", "repositories")} read in {SyncText.Seconds(elapsed)}";
        if (report.IsGood)
        {
            reporter.Say("verified", read);
            return;
        }

        var repos = report.Repos.Where(static repo => repo.Wrong.Count > 0).Select(static repo => repo.Id.ToString()).ToList();
        reporter.Shout("DIFFERS", read + (repos.Count > 0 ? $"; 'ferry hf pull {repos[0]} --repair' downloads what is wrong again" : ""));
    }

    public static void WriteJson(HubVerifyReport report, Stream output) => HubJson.Write("hf-verify", output, json =>
    {
        json.WriteBoolean("good", report.IsGood);
        json.WriteStartArray("repos");
        foreach (var repo in report.Repos)
        {
            json.WriteStartObject();
            HubJson.WriteRepo(json, repo.Id);
            json.WriteBoolean("good", repo.IsGood);
            json.WriteNumber("blobs", repo.Blobs);
            json.WriteNumber("bytes", repo.Bytes);
            json.WriteNumber("unnamed", repo.Unnamed);
            json.WriteNumber("incomplete", repo.Incomplete.Count);
            json.WriteStartArray("wrong");
            foreach (var wrong in repo.Wrong)
            {
                json.WriteStartObject();
                json.WriteString("path", wrong.Blob.Path);
                json.WriteString("reason", wrong.Reason);
                json.WriteStartArray("files");
                wrong.Files.ToList().ForEach(json.WriteStringValue);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            HubJson.WriteProblems(json, "problems", repo.Problems);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        HubJson.WriteProblems(json, "problems", report.Problems);
    });

    private static string Files(WrongBlob wrong) => wrong.Files.Count switch
    {
        0 => "",
        1 => $" ({wrong.Files[0]})",
        _ => $" ({wrong.Files[0]} and {wrong.Files.Count - 1} more)",
    };
}

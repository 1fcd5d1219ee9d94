using Ferry.Cli.Output;
using Ferry.Cli.Output.Reports.Hub;
using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Collection;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Cli.Commands.Hub;

/// <summary><c>ferry hf verify --remote</c>: reads the bucket and compares its contents with their names.</summary>
internal static class RemoteVerification
{
    /// <summary>Reads and reports.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(HubSession session, HubVerifyCommand.Options options)
    {
        var verify = new HubRemoteVerifyOptions { Repos = [.. options.Repos.Select(static text => new RepoPattern(text))], StructureOnly = options.IsStructureOnly };
        verify = options.Workers is { } workers ? verify with { Workers = workers } : verify;
        HubRemoteVerifyReport report;
        using (var reporter = new HubTransferReporter(session, "verify"))
        {
            var begin = session.Context.Time.GetTimestamp();
            report = HubSession.Wait(HubRemoteVerify.RunAsync(session.OpenBucket(), verify, reporter.Progress, session.Cancellation));
            WriteText(report, verify, session.Context.Time.GetElapsedTime(begin), reporter);
        }

        if (options.Json)
        {
            WriteJson(report, session.Context.OutBytes);
        }

        return report.IsGood ? ExitCodes.Ok : ExitCodes.Failure;
    }

    private static void WriteText(HubRemoteVerifyReport report, HubRemoteVerifyOptions options, TimeSpan elapsed, HubTransferReporter reporter)
    {
        reporter.ShoutAll("WRONG", [.. report.Problems.Select(static problem => PathText.Display(System.Text.Encoding.UTF8.GetBytes(problem.ToString())))]);
        var found = $"{SyncText.Count(report.Manifests, "manifest")} and {SyncText.Count(report.Refs, "ref")}, {SyncText.Count(report.Blobs, "content")}, {ByteText.Of(report.Bytes)}, "
            + (options.StructureOnly ? "not read" : $"read in {SyncText.Seconds(elapsed)}");
        if (report.UnreferencedBlobs > 0)
        {
            reporter.Say("note", $"{SyncText.Count(report.UnreferencedBlobs, "content")} that no manifest names; 'ferry hf gc' is for them");
        }

        if (report.IsGood)
        {
            reporter.Say("verified", found);
        }
        else
        {
            reporter.Shout("DIFFERS", found);
        }
    }

    private static void WriteJson(HubRemoteVerifyReport report, Stream output) => HubJson.Write("hf-verify-remote", output, json =>
    {
        json.WriteBoolean("good", report.IsGood);
        json.WriteNumber("refs", report.Refs);
        json.WriteNumber("manifests", report.Manifests);
        json.WriteNumber("blobs", report.Blobs);
        json.WriteNumber("bytes", report.Bytes);
        json.WriteNumber("right_blobs", report.RightBlobs);
        json.WriteNumber("unreferenced_blobs", report.UnreferencedBlobs);
        HubJson.WriteProblems(json, "problems", report.Problems.Select(static problem => new CacheProblem(problem.Key, problem.Reason)));
    });
}

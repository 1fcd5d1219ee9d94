using Ferry.Cli.Config;
using Ferry.Cli.Output;
using Ferry.Cli.Output.Reports.Hub;
using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Collection;
using Ferry.Workloads.HuggingFace.Inventory;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Cli.Commands.Hub;

/// <summary><c>ferry hf rm --remote</c>: takes revisions out of the bucket.</summary>
internal static class RemoteRemoval
{
    /// <summary>Plans, asks and removes.</summary>
    /// <param name="session">The session.</param>
    /// <param name="options">What the command line says.</param>
    /// <param name="isAgreed">Asks, unless it need not.</param>
    /// <returns>The exit code.</returns>
    public static int Run(HubSession session, HubRemoveCommand.Options options, Func<string, bool> isAgreed)
    {
        var selector = RepoArgument.Parse(options.Repo);
        var bucket = session.OpenBucket();
        var plan = HubSession.Wait(HubRemoteRemoval.PlanAsync(bucket, selector.Repo, new RepoPattern(selector.ToString()), session.Cancellation));
        if (plan.Revisions.Count == 0)
        {
            throw NotFound(session, bucket, selector);
        }

        if (!options.Json)
        {
            WritePlan(selector, plan, session.Context.Out);
        }

        IReadOnlyList<string> failed = options.DryRun || !isAgreed($"Remove {SyncText.Count(plan.Revisions.Count, "revision")} from {bucket.Store.Facts.Name}, for everybody?")
            ? [] : HubSession.Wait(HubRemoteRemoval.RunAsync(bucket, plan, session.Cancellation));
        if (options.Json)
        {
            WriteJson(selector, plan, options.DryRun, failed, session.Context.OutBytes);
        }

        session.Context.Out.Flush();
        failed.ToList().ForEach(session.Tell);
        return failed.Count == 0 ? ExitCodes.Ok : ExitCodes.Failure;
    }

    private static ConfigException NotFound(HubSession session, HubBucket bucket, RepoSelector selector)
    {
        var known = HubSession.Wait(BucketInventory.ReadAsync(bucket, null, session.Cancellation)).Revisions;
        return known.Any(revision => revision.Repo == selector.Repo)
            ? new ConfigException($"{selector}: no such revision in the bucket; 'ferry hf list --remote' shows what it has")
            : RepoArgument.NotFound(selector.Repo, "the bucket", [.. known.Select(static revision => revision.Repo).Distinct()]);
    }

    private static void WritePlan(RepoSelector selector, HubRemovalPlan plan, TextWriter output)
    {
        var table = new TextTable(("Revision", false), ("Size", true), ("Refs", false));
        foreach (var revision in plan.Revisions)
        {
            var refs = plan.Refs.Where(each => each.Commit == revision.Commit).Select(static each => each.Name);
            table.Add(HubText.Short(revision.Commit), ByteText.Of(revision.Bytes), HubText.Refs([.. refs]));
        }

        output.WriteLine(selector.Repo);
        table.Write(output);
        output.WriteLine();
        output.WriteLine("Their contents stay in the bucket until 'ferry hf gc --delete' finds that nothing else has them.");
    }

    private static void WriteJson(RepoSelector selector, HubRemovalPlan plan, bool isDryRun, IReadOnlyList<string> failed, Stream output) =>
        HubJson.Write("hf-rm-remote", output, json =>
        {
            HubJson.WriteRepo(json, selector.Repo);
            json.WriteBoolean("dry_run", isDryRun);
            json.WriteStartArray("revisions");
            plan.Revisions.ToList().ForEach(revision => json.WriteStringValue(revision.Commit.Hex));
            json.WriteEndArray();
            HubJson.WriteRefs(json, [.. plan.Refs.Select(static each => each.Name)]);
            json.WriteStartArray("failed");
            failed.ToList().ForEach(json.WriteStringValue);
            json.WriteEndArray();
        });
}

using Ferry.Cli.Commands.Hub;
using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Pruning;

namespace Ferry.Cli.Output.Reports.Hub;

/// <summary>The report of <c>ferry hf prune</c>.</summary>
internal static class HubPruneReports
{
    /// <param name="plan">What was planned.</param>
    /// <param name="report">What was done; null for a plan only.</param>
    /// <param name="context">Where it goes, and the clock.</param>
    public static void WriteText(HubPrunePlan plan, HubPruneReport? report, CommandContext context)
    {
        var now = Timestamp.From(context.Time.GetUtcNow());
        if (plan.Revisions.Count > 0)
        {
            var table = new TextTable(("Repo", false), ("Revision", false), ("Frees", true), ("Last used", true));
            foreach (var pruned in plan.Revisions)
            {
                var age = SyncText.Age(TimeSpan.FromSeconds(now.Seconds - pruned.LastUsed.Seconds));
                table.Add(pruned.Repo.ToString(), HubText.Short(pruned.Revision.Commit), ByteText.Of(pruned.FreedBytes), age);
            }

            table.Write(context.Out);
            context.Out.WriteLine();
        }

        context.Out.WriteLine(Summary(plan, report));
        if (plan.RemainingBytes > plan.MaxBytes)
        {
            context.Out.WriteLine($"That is more than {ByteText.Of(plan.MaxBytes)}. {WhyKept(plan)}");
        }
    }

    public static void WriteJson(HubPrunePlan plan, HubPruneReport? report, Stream output) => HubJson.Write("hf-prune", output, json =>
    {
        json.WriteNumber("bytes", plan.Bytes);
        json.WriteNumber("max_bytes", plan.MaxBytes);
        json.WriteNumber("planned_bytes", plan.FreedBytes);
        json.WriteNumber("removed_bytes", report?.FreedBytes ?? 0);
        json.WriteStartArray("revisions");
        foreach (var pruned in plan.Revisions)
        {
            json.WriteStartObject();
            HubJson.WriteRepo(json, pruned.Repo);
            json.WriteString("revision", pruned.Revision.Commit.Hex);
            json.WriteNumber("bytes", pruned.FreedBytes);
            json.WriteNumber("last_used", pruned.LastUsed.Seconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("kept");
        foreach (var kept in plan.Kept)
        {
            json.WriteStartObject();
            HubJson.WriteRepo(json, kept.Repo);
            json.WriteString("revision", kept.Commit.Hex);
            json.WriteString("reason", kept.Reason.ToString().ToLowerInvariant());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        HubJson.WriteProblems(json, "skipped", report?.Skipped ?? []);
        HubJson.WriteProblems(json, "failed", report?.Failures ?? []);
    });

    /// <summary>Says on standard error what stayed, and what could not be removed.</summary>
    /// <returns>The exit code.</returns>
    public static int TellProblems(HubPruneReport? report, HubSession session)
    {
        session.Context.Out.Flush();
        foreach (var skipped in report?.Skipped ?? [])
        {
            session.Note($"kept: {skipped}");
        }

        foreach (var failure in report?.Failures ?? [])
        {
            session.Tell($"not removed: {failure}");
        }

        return report is { Failures.Count: > 0 } ? ExitCodes.Failure : ExitCodes.Ok;
    }

    private static string Summary(HubPrunePlan plan, HubPruneReport? report)
    {
        if (plan.Revisions.Count == 0 && plan.Blobs.Count == 0)
        {
            return $"Nothing to remove: the cache has {ByteText.Of(plan.Bytes)} of {ByteText.Of(plan.MaxBytes)}.";
        }

        var unused = plan.Blobs.Count > 0 && plan.Revisions.Count == 0 ? " of contents that no revision has" : "";
        return report is null
            ? $"{ByteText.Of(plan.FreedBytes)}{unused} to remove; {ByteText.Of(plan.RemainingBytes)} stay."
            : $"{ByteText.Of(report.FreedBytes)}{unused} removed; {ByteText.Of(plan.Bytes - report.FreedBytes)} stay.";
    }

    private static string WhyKept(HubPrunePlan plan)
    {
        var reasons = plan.Kept.CountBy(static kept => kept.Reason).OrderByDescending(static each => each.Value).Select(static each => $"{each.Value:N0} {Describe(each.Key)}");
        return plan.Kept.Count == 0
            ? "What no revision has is not yet old enough to be removed."
            : $"Revisions kept: {string.Join(", ", reasons)}. 'ferry hf rm' removes by name.";
    }

    private static string Describe(KeptFor reason) => reason switch
    {
        KeptFor.Ref => "with a ref",
        KeptFor.Pattern => "by --keep",
        KeptFor.Process => "in use",
        KeptFor.Problem => "of repositories with problems",
        _ => "within the budget",
    };
}

using Ferry.Workloads.HuggingFace.Inventory;

namespace Ferry.Cli.Output.Reports.Hub;

/// <summary>The report of <c>ferry hf diff</c>.</summary>
internal static class HubDiffReport
{
    public static void WriteText(IReadOnlyList<RevisionDiff> diffs, TextWriter output)
    {
        if (diffs.Count == 0)
        {
            output.WriteLine("Nothing in the cache, and nothing in the bucket.");
            return;
        }

        var table = new TextTable(("Repo", false), ("Revision", false), ("Refs", false), ("Status", false));
        foreach (var diff in diffs)
        {
            table.Add(diff.Repo.ToString(), HubText.Short(diff.Commit), HubText.Refs(diff.Refs), Describe(diff));
        }

        table.Write(output);
        output.WriteLine();
        output.WriteLine(
            $"{Count(diffs, DiffState.InSync):N0} in-sync, {Count(diffs, DiffState.LocalOnly):N0} local-only, {Count(diffs, DiffState.RemoteOnly):N0} remote-only, "
            + $"{Count(diffs, DiffState.Partial):N0} partial.");
    }

    public static void WriteJson(IReadOnlyList<RevisionDiff> diffs, Stream output) => HubJson.Write("hf-diff", output, json =>
    {
        json.WriteStartArray("revisions");
        foreach (var diff in diffs)
        {
            json.WriteStartObject();
            HubJson.WriteRepo(json, diff.Repo);
            json.WriteString("revision", diff.Commit.Hex);
            HubJson.WriteRefs(json, diff.Refs);
            json.WriteString("status", Word(diff.State));
            json.WriteNumber("files", diff.Files.All);
            json.WriteNumber("local_files", diff.Files.Here);
            json.WriteNumber("remote_files", diff.Files.There);
            json.WriteNumber("same_files", diff.Files.Both);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static string Describe(RevisionDiff diff) => diff.State == DiffState.Partial
        ? $"partial: {diff.Files.Here:N0} of {diff.Files.All:N0} here, {diff.Files.There:N0} there"
        : Word(diff.State);

    private static string Word(DiffState state) => state switch
    {
        DiffState.LocalOnly => "local-only",
        DiffState.RemoteOnly => "remote-only",
        DiffState.InSync => "in-sync",
        _ => "partial",
    };

    private static int Count(IReadOnlyList<RevisionDiff> diffs, DiffState state) => diffs.Count(diff => diff.State == state);
}

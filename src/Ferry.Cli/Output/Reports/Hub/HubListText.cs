using Ferry.Cli.Commands.Hub;
using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Inventory;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Cli.Output.Reports.Hub;

/// <summary>The report of <c>ferry hf list</c> for people.</summary>
internal static class HubListText
{
    private const int ShownProblems = 20;

    /// <summary>What a cache has, a line for each repository.</summary>
    public static void Write(HubCache cache, TextWriter output)
    {
        if (cache.Repos.Count == 0)
        {
            output.WriteLine($"No repositories in {cache.Directory}.");
            return;
        }

        var table = new TextTable(("Repo", false), ("Revisions", true), ("Files", true), ("Size", true), ("Refs", false));
        foreach (var repo in cache.Repos.OrderBy(static repo => repo.Id))
        {
            table.Add(
                repo.Id.ToString(), $"{repo.Revisions.Count:N0}", $"{repo.Revisions.SelectMany(static revision => revision.Files).DistinctBy(static file => file.Path).Count():N0}",
                ByteText.Of(Bytes(repo)), HubText.Refs([.. repo.Refs.Select(static each => each.Name)]));
        }

        table.Write(output);
        output.WriteLine();
        output.WriteLine($"{SyncText.Count(cache.Repos.Count, "repository", "repositories")}, {ByteText.Of(cache.Bytes)} in {cache.Directory}.");
    }

    /// <summary>What a bucket has, a line for each revision.</summary>
    public static void Write(BucketInventory inventory, TextWriter output)
    {
        if (inventory.Revisions.Count == 0)
        {
            output.WriteLine("No revisions in the bucket; 'ferry hf push' brings them.");
            return;
        }

        var table = new TextTable(("Repo", false), ("Revision", false), ("Files", true), ("Size", true), ("Refs", false), ("State", false));
        foreach (var revision in inventory.Revisions)
        {
            table.Add(
                revision.Repo.ToString(), HubText.Short(revision.Commit), $"{revision.Files:N0}", ByteText.Of(revision.Bytes), HubText.Refs(revision.Refs),
                revision.MissingFiles > 0 ? $"{revision.MissingFiles:N0} missing" : revision.IsComplete ? "complete" : "as pushed");
        }

        table.Write(output);
        output.WriteLine();
        var repos = inventory.Revisions.Select(static revision => revision.Repo).Distinct().Count();
        output.WriteLine(
            $"{SyncText.Count(inventory.Revisions.Count, "revision")} of {SyncText.Count(repos, "repository", "repositories")}; "
            + $"{SyncText.Count(inventory.Blobs, "content")}, {ByteText.Of(inventory.Bytes)} in the bucket.");
    }

    /// <summary>Says what is wrong with a bucket, on standard error.</summary>
    /// <returns>The exit code.</returns>
    public static int TellProblems(BucketInventory inventory, HubSession session)
    {
        session.Context.Out.Flush();
        foreach (var problem in inventory.Problems.Take(ShownProblems))
        {
            session.Tell($"{PathText.Display(System.Text.Encoding.UTF8.GetBytes(problem.Key))}: {problem.Reason}");
        }

        if (inventory.Problems.Count > ShownProblems)
        {
            session.Tell($"and {inventory.Problems.Count - ShownProblems:N0} more objects like that");
        }

        return inventory.Problems.Count == 0 ? ExitCodes.Ok : ExitCodes.Failure;
    }

    private static long Bytes(CachedRepo repo) => repo.Contents.DistinctBy(static blob => blob.Content).Sum(static blob => blob.Bytes);
}

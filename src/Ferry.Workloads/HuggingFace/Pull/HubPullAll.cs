using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pull.Sources;

namespace Ferry.Workloads.HuggingFace.Pull;

/// <summary>Which repositories of a bucket are wanted.</summary>
public sealed record PullFilter
{
    /// <summary>Those; all, if there is none.</summary>
    public IReadOnlyList<RepoPattern> Include { get; init; } = [];

    /// <summary>But not those.</summary>
    public IReadOnlyList<RepoPattern> Exclude { get; init; } = [];

    /// <summary>So many of them, in the order of their names; null for all.</summary>
    public int? Limit { get; init; }

    internal bool Takes(RepoId repo) =>
        (Include.Count == 0 || Include.Any(pattern => pattern.Matches(repo))) && !Exclude.Any(pattern => pattern.Matches(repo));
}

/// <summary>What became of one repository of many.</summary>
/// <param name="Name">Its id.</param>
/// <param name="Report">What was done; null if it failed as a whole.</param>
/// <param name="Failure">Why it failed as a whole: one line.</param>
public sealed record PullOutcome(string Name, HubPullReport? Report, string? Failure)
{
    /// <summary>Whether it is whole in the cache.</summary>
    public bool IsWhole => Report is { IsWhole: true };
}

/// <summary>Pulls the ref <c>main</c> of each repository that a bucket has. One that fails does not keep the next from being pulled.</summary>
/// <param name="bucket">The bucket.</param>
/// <param name="pull">Pulls each.</param>
public sealed class HubPullAll(HubBucket bucket, HubPull pull)
{
    private static readonly RefName s_main = RefName.TryParse(PullRequest.Main, out var name, out var reason) ? name : throw new InvalidOperationException(reason);

    /// <summary>Pulls them.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="onOutcome">Is told of each when it is done.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What became of each, in order.</returns>
    /// <exception cref="StoreException">The bucket cannot be listed.</exception>
    public async Task<IReadOnlyList<PullOutcome>> RunAsync(PullFilter filter, Action<PullOutcome> onOutcome, CancellationToken cancellation)
    {
        var listed = await BucketRepos.ListAsync(bucket, s_main, cancellation).ConfigureAwait(false);
        var outcomes = new List<PullOutcome>();
        foreach (var each in listed.Where(each => Takes(filter, each)).Take(filter.Limit ?? int.MaxValue))
        {
            cancellation.ThrowIfCancellationRequested();
            outcomes.Add(await TryAsync(each, cancellation).ConfigureAwait(false));
            onOutcome(outcomes[^1]);
        }

        return outcomes;
    }

    /// <summary>One that nobody can tell the type of counts as each of them: that it cannot be pulled must not go unsaid.</summary>
    private static bool Takes(PullFilter filter, BucketRepo each) => each.Repo is { } repo
        ? filter.Takes(repo)
        : RepoTypes.All.Any(type => RepoId.TryParse(type, each.Name, out var id, out _) && filter.Takes(id));

    private async Task<PullOutcome> TryAsync(BucketRepo each, CancellationToken cancellation)
    {
        try
        {
            return each.Repo is { } repo
                ? new PullOutcome(each.Name, await pull.RunAsync(PullRequest.Of(repo, s_main), cancellation).ConfigureAwait(false), null)
                : new PullOutcome(each.Name, null, $"{bucket.Store.Facts.Name}: the manifest of {each.Name} at {s_main} cannot be read; push it again");
        }
        catch (IOException e)
        {
            return new PullOutcome(each.Name, null, e.Message);
        }
    }
}

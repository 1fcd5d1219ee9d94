using Ferry.Core.Linux;
using Ferry.Core.Progress;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Gating;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Pruning;
using Ferry.Workloads.HuggingFace.Pull.Contents;
using Ferry.Workloads.HuggingFace.Pull.Sources;
using Ferry.Workloads.HuggingFace.Verify;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Pull;

/// <summary>
/// Brings a revision from a source into the cache, so that the hub's clients load it without the hub. In that order: contents, each hashed before it has its name; links; the listing, if the
/// revision is whole; the ref. What was interrupted, the same pull again finishes.
/// </summary>
/// <param name="source">Where revisions are from.</param>
/// <param name="options">How.</param>
/// <param name="uses">Where it is noted that the revision was used; null for nowhere.</param>
/// <param name="observer">Is told how it goes.</param>
/// <param name="progress">Counts while it goes.</param>
/// <param name="time">The clock.</param>
public sealed class HubPull(
    IRepoSource source, PullOptions options, HubAccessLog? uses, IPullObserver observer, TransferProgress progress, TimeProvider time)
{
    private readonly Lock _turn = new();

    /// <summary>Pulls a revision.</summary>
    /// <exception cref="StoreException">The source has no such revision, or fails: <see cref="StoreException.Error"/> says how.</exception>
    /// <exception cref="IOException">The cache cannot be read or written, or has no room.</exception>
    public async Task<HubPullReport> RunAsync(PullRequest request, CancellationToken cancellation)
    {
        progress.Phase = TransferPhase.Starting;
        var found = await source.FindAsync(request, cancellation).ConfigureAwait(false);
        var check = options.Repair ? new BlobCheck(options.CacheDirectory, options.Readers, progress) : null;
        progress.Phase = check is null ? TransferPhase.Comparing : TransferPhase.Verifying;
        var plan = PullPlanner.Make(found, options.CacheDirectory, check, cancellation);
        progress.TotalFiles += plan.Missing.Count;
        progress.TotalBytes += plan.MissingBytes;
        observer.OnPlanned(plan);
        return options.DryRun ? new HubPullReport { Plan = plan } : await RunAsync(plan, cancellation).ConfigureAwait(false);
    }

    private async Task<HubPullReport> RunAsync(PullPlan plan, CancellationToken cancellation)
    {
        using var writer = HubCacheWriter.Open(options.CacheDirectory);
        CheckSpace(plan);
        var repo = writer.OpenRepo(plan.Found.Manifest.Repo);
        var problems = new List<PullProblem>();
        var failed = new HashSet<BlobName>();
        var tally = new FetchTally(progress);
        progress.Phase = TransferPhase.Copying;
        var neighbours = NeighbourBlobs.Find(options.CacheDirectory, plan.Found.Manifest.Repo, plan.Missing);
        using var fetch = new BlobFetch(repo, plan, neighbours, options.Workers, tally, Fail, time);
        await fetch.RunAsync(cancellation).ConfigureAwait(false);

        progress.Phase = TransferPhase.Committing;
        var files = Link(repo, plan.Found.Manifest, failed, Tell, cancellation);
        var report = new HubPullReport
        {
            Plan = plan,
            Downloaded = tally.DownloadedBlobs,
            DownloadedBytes = tally.ReceivedBytes,
            ResumedBytes = tally.ResumedBytes,
            Shared = tally.SharedBlobs,
            Files = files,
            Problems = problems,
        };
        Finish(repo, report);
        return report;

        void Fail(ManifestFile file, string reason)
        {
            lock (_turn)
            {
                failed.Add(file.Blob);
                Tell(new PullProblem(file.Path.Text, reason));
            }
        }

        void Tell(PullProblem problem)
        {
            problems.Add(problem);
            observer.OnProblem(problem);
        }
    }

    private static int Link(
        RepoWriter repo, RepoManifest manifest, HashSet<BlobName> failed, Action<PullProblem> onProblem, CancellationToken cancellation)
    {
        var files = 0;
        foreach (var file in manifest.Files.Where(file => !failed.Contains(file.Blob)))
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                repo.LinkFile(manifest.Revision, file.Path, file.Blob);
                files++;
            }
            catch (IOException e) when (e is not LinuxException { IsOutOfSpace: true })
            {
                onProblem(new PullProblem(file.Path.Text, e.Message));
            }
        }

        return files;
    }

    private void Finish(RepoWriter repo, HubPullReport report)
    {
        var (manifest, name) = (report.Plan.Found.Manifest, report.Plan.Found.Ref);
        repo.Sync();
        if (report.IsWhole && manifest.IsComplete)
        {
            repo.WriteTree(manifest);
        }

        // Clients refuse a repository with a ref to a snapshot that is not there, which it is not if there is no file in it.
        if (report.IsWhole && report.Files > 0 && name is not null)
        {
            repo.WriteRef(name, manifest.Revision);
        }

        RecordVisibility(manifest);
        try
        {
            uses?.Append(manifest.Repo, manifest.Revision, time.GetUtcNow());
        }
        catch (IOException)
        {
            // Nothing depends on it.
        }
    }

    /// <summary>What the hub itself said is not made less strict by what a bucket says.</summary>
    private void RecordVisibility(RepoManifest manifest)
    {
        if (manifest.Visibility > (VisibilityRecord.TryRead(options.CacheDirectory, manifest.Repo)?.Visibility ?? RepoVisibility.Unknown))
        {
            new VisibilityRecord(manifest.Visibility, time.GetUtcNow()).Write(options.CacheDirectory, manifest.Repo);
        }
    }

    private void CheckSpace(PullPlan plan)
    {
        var space = FileSystemSpace.Of(options.CacheDirectory);
        var bytes = plan.MissingBytes - plan.LeftBytes;
        if (bytes > space.FreeBytes)
        {
            throw new IOException(
                $"{options.CacheDirectory}: {plan.Found.Manifest.Repo} needs {bytes:N0} bytes more, and {space.FreeBytes:N0} are free; make room with 'ferry hf prune'");
        }

        // A content, a link to it, and as many directories at most.
        var names = plan.Missing.Count + (2L * plan.Found.Manifest.Files.Count);
        if (plan.Missing.Count > 0 && names > space.FreeInodes)
        {
            throw new IOException(
                $"{options.CacheDirectory}: {plan.Found.Manifest.Repo} needs up to {names:N0} inodes, and {space.FreeInodes:N0} are free; make room with 'ferry hf prune'");
        }
    }
}

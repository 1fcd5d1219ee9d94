using System.Text;
using Ferry.Core.Linux;
using Ferry.Core.Progress;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Gating;
using Ferry.Workloads.HuggingFace.Push.Blobs;
using Ferry.Workloads.HuggingFace.Push.Revisions;

namespace Ferry.Workloads.HuggingFace.Push;

/// <summary>
/// Brings what a cache has into a bucket: contents, then the manifests that name them, then the refs that lead to those. One listing says what is there; whenever it is ended, the bucket has
/// no ref without its manifest and no manifest without its contents, and the next push goes on.
/// </summary>
public sealed class HubPush
{
    // Below this size it is the requests that take time, not the bytes.
    private const long LargeBytes = 16 << 20;

    private const int SmallAtATime = 32;
    private const int LargeAtATime = 8;

    private readonly HubCache _cache;
    private readonly HubBucket _bucket;
    private readonly PushGate _gate;
    private readonly HubPushOptions _options;
    private readonly PushTally _tally;
    private readonly TimeProvider _time;

    private HubPush(HubCache cache, HubBucket bucket, PushGate gate, HubPushOptions options, PushTally tally, TimeProvider time) =>
        (_cache, _bucket, _gate, _options, _tally, _time) = (cache, bucket, gate, options, tally, time);

    /// <summary>Pushes.</summary>
    /// <param name="cache">What the cache has.</param>
    /// <param name="bucket">Where to.</param>
    /// <param name="gate">Says which repositories may go.</param>
    /// <param name="options">What, and how.</param>
    /// <param name="observer">Is told what is done.</param>
    /// <param name="progress">Gets the counters.</param>
    /// <param name="time">The clock, for pauses.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What was done; failures of single contents, revisions and refs are in it.</returns>
    /// <exception cref="StoreException">The bucket cannot be listed.</exception>
    /// <exception cref="LinuxException">The cache cannot be opened.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<HubPushReport> RunAsync(
        HubCache cache, HubBucket bucket, PushGate gate, HubPushOptions options, IPushObserver observer, TransferProgress progress, TimeProvider time, CancellationToken cancellation)
    {
        using var tally = new PushTally(options, observer, progress);
        var report = await new HubPush(cache, bucket, gate, options, tally, time).RunAsync(cancellation).ConfigureAwait(false);
        progress.Phase = TransferPhase.Finished;
        return report;
    }

    private async Task<HubPushReport> RunAsync(CancellationToken cancellation)
    {
        var wanted = _cache.Repos.Where(repo => _options.Repos.Count == 0 || _options.Repos.Any(pattern => pattern.Matches(repo.Id))).ToList();
        if (wanted.Count == 0)
        {
            return _tally.ToReport(0, []);
        }

        using var contents = new LocalContents(_cache.Directory);
        _tally.Progress.Phase = TransferPhase.Comparing;
        var listing = _bucket.ListAsync(cancellation);
        var (allowed, skipped) = await DecideAsync(wanted, contents, cancellation).ConfigureAwait(false);
        var listed = await listing.ConfigureAwait(false);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _tally.Ended);
        try
        {
            await PushAsync(allowed, listed, contents, ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Given up: the report says why.
        }

        return _tally.ToReport(allowed.Count, skipped);
    }

    private async Task<(List<(CachedRepo Repo, GateDecision Gate)> Allowed, List<SkippedRepo> Skipped)> DecideAsync(
        List<CachedRepo> repos, LocalContents contents, CancellationToken cancellation)
    {
        var decisions = new GateDecision[repos.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = LargeAtATime, CancellationToken = cancellation };
        await Parallel.ForAsync(0, repos.Count, parallel, async (i, token) =>
            decisions[i] = await _gate.DecideAsync(repos[i].Id, LicenceTexts(repos[i], contents), token).ConfigureAwait(false)).ConfigureAwait(false);
        var allowed = new List<(CachedRepo, GateDecision)>();
        var skipped = new List<SkippedRepo>();
        foreach (var (repo, decision) in repos.Zip(decisions))
        {
            if (decision.Warning is { } warning)
            {
                _tally.Warn(repo.Id.ToString(), warning);
            }

            if (decision.IsAllowed)
            {
                allowed.Add((repo, decision));
            }
            else
            {
                skipped.Add(new SkippedRepo(repo.Id, decision.Reason!));
            }
        }

        return (allowed, skipped);
    }

    private static IEnumerable<string> LicenceTexts(CachedRepo repo, LocalContents contents)
    {
        var files = repo.Revisions.SelectMany(static revision => revision.Files).Where(static file => LicenceText.IsOne(file.Path));
        foreach (var file in files.DistinctBy(static file => file.Blob.Content))
        {
            var text = "";
            try
            {
                using var content = contents.Open(file.Blob);
                text = content.Length <= LocalContent.SmallBytes ? Encoding.UTF8.GetString(content.Load()) : "";
            }
            catch (IOException)
            {
                // It can only warn, and whether it can be pushed is seen later.
            }

            yield return text;
        }
    }

    private async Task PushAsync(List<(CachedRepo Repo, GateDecision Gate)> allowed, BucketContents listed, LocalContents contents, CancellationToken cancellation)
    {
        var planner = new PushPlanner(_bucket, listed, contents, _tally);
        var repos = new List<RepoPush>();
        foreach (var (repo, gate) in allowed)
        {
            repos.Add(await planner.AddAsync(repo, gate, cancellation).ConfigureAwait(false));
        }

        var marks = listed.Marks is null ? null : await _bucket.ReadMarksAsync(cancellation).ConfigureAwait(false);
        var known = new KnownBlobs(_bucket, listed, _time);
        var queue = PushQueue.Of(repos, planner.Blobs, known, name => marks?.Marks.ContainsKey(name) == true, _options.VerifyRemote, _tally);
        using var publisher = new RepoPublisher(
            new RevisionPublisher(_bucket, listed, known, _options, _tally, _time), new RefPublisher(_bucket, listed, contents, _options, _tally), _tally);
        var uploader = new BlobUploader(_bucket, contents, known, _options, _tally);
        using var sender = new BlobSender(uploader, new ClaimedUploads(_bucket, known, uploader, _tally.Progress, _time), publisher, _options, _tally);
        _tally.Progress.Phase = TransferPhase.Copying;
        // Side by side: small ones wait for answers, large ones for bytes.
        await Task.WhenAll(
            ForEachAsync(queue.Ready, SmallAtATime, publisher.PublishAsync, cancellation),
            ForEachAsync(queue.Blobs.Where(static blob => blob.Bytes >= LargeBytes), LargeAtATime, sender.SendAsync, cancellation),
            ForEachAsync(queue.Blobs.Where(static blob => blob.Bytes < LargeBytes), SmallAtATime, sender.SendAsync, cancellation)).ConfigureAwait(false);
        await sender.FinishAsync(_options.Workers ?? LargeAtATime, cancellation).ConfigureAwait(false);
        await KeepMarkedAsync(queue, uploader, cancellation).ConfigureAwait(false);
    }

    /// <summary>A collection may have been about to remove what was written anew: now that manifests name it, it is not again.</summary>
    private async Task KeepMarkedAsync(PushQueue queue, BlobUploader uploader, CancellationToken cancellation)
    {
        foreach (var blob in queue.Blobs.Where(blob => blob is { IsMarked: true, State: BlobState.Sent } && !_options.DryRun))
        {
            try
            {
                if (await _bucket.Store.FindAsync(_bucket.Keys.Blob(blob.Name), cancellation).ConfigureAwait(false) is null)
                {
                    await uploader.SendAsync(blob, cancellation).ConfigureAwait(false);
                }
            }
            catch (StoreException e)
            {
                _tally.Fail($"blob {blob.Name}", e);
            }
        }
    }

    private Task ForEachAsync<T>(IEnumerable<T> items, int atATime, Func<T, CancellationToken, Task> action, CancellationToken cancellation) => Parallel.ForEachAsync(
        items,
        new ParallelOptions { MaxDegreeOfParallelism = _options.Workers ?? atATime, CancellationToken = cancellation },
        (item, token) => new ValueTask(action(item, token)));
}

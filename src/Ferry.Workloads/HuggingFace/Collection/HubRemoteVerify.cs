using System.Collections.Concurrent;
using Ferry.Core.Progress;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Collection;

/// <summary>How a bucket is verified.</summary>
public sealed record HubRemoteVerifyOptions
{
    /// <summary>Which repositories; empty for all.</summary>
    public IReadOnlyList<RepoPattern> Repos { get; init; } = [];

    /// <summary>Whether contents are not read: only whether they are there, with the right sizes.</summary>
    public bool StructureOnly { get; init; }

    /// <summary>How many contents are read at a time, 1 or more.</summary>
    public int Workers { get; init; } = 16;
}

/// <summary>What a look at a bucket found.</summary>
public sealed record HubRemoteVerifyReport
{
    /// <summary>Refs that were looked at.</summary>
    public required int Refs { get; init; }

    /// <summary>Manifests that were read.</summary>
    public required int Manifests { get; init; }

    /// <summary>Contents that they name and that are there.</summary>
    public required int Blobs { get; init; }

    /// <summary>Their bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Of them, those that were read and are what their names say.</summary>
    public required int RightBlobs { get; init; }

    /// <summary>Contents that no manifest of the whole bucket names; 0 if only some repositories were meant.</summary>
    public required int UnreferencedBlobs { get; init; }

    /// <summary>What is wrong, by key.</summary>
    public required IReadOnlyList<BucketProblem> Problems { get; init; }

    /// <summary>Whether nothing is.</summary>
    public bool IsGood => Problems.Count == 0;
}

/// <summary>Sees whether all that a bucket promises is there: refs lead to manifests, manifests to contents, and contents are what their names say. Changes nothing.</summary>
public sealed class HubRemoteVerify
{
    private readonly HubBucket _bucket;
    private readonly HubRemoteVerifyOptions _options;
    private readonly TransferProgress _progress;
    private readonly ConcurrentQueue<BucketProblem> _problems = [];
    private readonly Dictionary<BlobName, long> _blobs = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private int _right;

    private HubRemoteVerify(HubBucket bucket, HubRemoteVerifyOptions options, TransferProgress progress) => (_bucket, _options, _progress) = (bucket, options, progress);

    /// <summary>Looks.</summary>
    /// <exception cref="StoreException">The bucket cannot be listed, or a manifest or ref not be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Task<HubRemoteVerifyReport> RunAsync(HubBucket bucket, HubRemoteVerifyOptions options, TransferProgress progress, CancellationToken cancellation) =>
        new HubRemoteVerify(bucket, options, progress).RunAsync(cancellation);

    private async Task<HubRemoteVerifyReport> RunAsync(CancellationToken cancellation)
    {
        var listed = await _bucket.ListAsync(cancellation).ConfigureAwait(false);
        var manifests = 0;
        await ManifestSweep.ReadAsync(_bucket, listed.Manifests.Values, (entry, reading) => manifests += Take(entry, reading, listed) ? 1 : 0, cancellation).ConfigureAwait(false);
        var refs = 0;
        foreach (var entry in listed.Refs.Values.Where(entry => _options.Repos.Count == 0 || _names.Contains(entry.Key.Flat!)))
        {
            refs += await CheckRefAsync(entry, listed, cancellation).ConfigureAwait(false) ? 1 : 0;
        }

        _progress.TotalToVerify = _options.StructureOnly ? 0 : _blobs.Values.Sum();
        _progress.Phase = TransferPhase.Verifying;
        if (!_options.StructureOnly)
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.Workers, CancellationToken = cancellation };
            await Parallel.ForEachAsync(_blobs.Keys, parallel, CheckBlobAsync).ConfigureAwait(false);
        }

        _progress.Phase = TransferPhase.Finished;
        return new HubRemoteVerifyReport
        {
            Refs = refs,
            Manifests = manifests,
            Blobs = _blobs.Count,
            Bytes = _blobs.Values.Sum(),
            RightBlobs = _right,
            UnreferencedBlobs = _options.Repos.Count == 0 ? listed.Blobs.Count - _blobs.Count : 0,
            Problems = [.. _problems.OrderBy(static problem => problem.Key, StringComparer.Ordinal)],
        };
    }

    /// <summary>False for a manifest of a repository that is not meant.</summary>
    private bool Take(BucketEntry entry, ManifestReading reading, BucketContents listed)
    {
        if (reading.Manifest is not { } manifest)
        {
            _problems.Enqueue(new BucketProblem(entry.Info.Key, $"is no manifest: {reading.Reason}"));
            return true;
        }

        if (!IsMeant(manifest.Repo))
        {
            return false;
        }

        _names.Add(entry.Key.Flat!);
        foreach (var refused in reading.Refused)
        {
            _problems.Enqueue(new BucketProblem(entry.Info.Key, refused.ToString()));
        }

        foreach (var file in manifest.Files)
        {
            if (listed.Has(file.Blob, file.Bytes))
            {
                _blobs[file.Blob] = file.Bytes;
            }
            else
            {
                _problems.Enqueue(new BucketProblem(entry.Info.Key, listed.Blobs.TryGetValue(file.Blob, out var found)
                    ? $"{file.Path} has {file.Bytes} bytes, and its content {file.Blob} {found.Length}" : $"{file.Path} has a content that is not there, {file.Blob}"));
            }
        }

        return true;
    }

    private bool IsMeant(RepoId repo) => _options.Repos.Count == 0 || _options.Repos.Any(pattern => pattern.Matches(repo));

    /// <summary>False for one that is gone by now.</summary>
    private async Task<bool> CheckRefAsync(BucketEntry entry, BucketContents listed, CancellationToken cancellation)
    {
        if (await _bucket.ReadRefAsync(entry.Info.Key, cancellation).ConfigureAwait(false) is not var (_, commit))
        {
            return false;
        }

        if (commit is null)
        {
            _problems.Enqueue(new BucketProblem(entry.Info.Key, "holds no commit"));
        }
        else if (!listed.Manifests.Values.Any(manifest => manifest.Key.Flat == entry.Key.Flat && manifest.Key.Revision == commit))
        {
            _problems.Enqueue(new BucketProblem(entry.Info.Key, $"leads to {commit}, which has no manifest"));
        }

        return true;
    }

    private async ValueTask CheckBlobAsync(BlobName blob, CancellationToken cancellation)
    {
        try
        {
            if (await RemoteContent.CheckAsync(_bucket, blob, _progress.AddVerified, cancellation).ConfigureAwait(false) is not null)
            {
                Interlocked.Increment(ref _right);
                return;
            }

            _problems.Enqueue(new BucketProblem(_bucket.Keys.Blob(blob), "is not what its name says; push it from a good cache (ferry hf push --verify-remote)"));
        }
        catch (StoreException e) when (e.Error is not (StoreError.Denied or StoreError.NoStore))
        {
            _problems.Enqueue(new BucketProblem(_bucket.Keys.Blob(blob), e.Message));
        }
    }
}

using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Collection;

/// <summary>
/// Removes contents that no manifest names, and has not for a time of grace: docs/formats/hub-bucket.md, "What a collection removes". Not being able to read what may name contents means that
/// none is removed.
/// </summary>
public sealed class HubGc
{
    private static readonly TimeSpan s_staleClaim = TimeSpan.FromDays(1);

    // What is removed was looked at no longer ago than such a batch takes.
    private const int Batch = 10_000;

    private readonly HubBucket _bucket;
    private readonly HubGcOptions _options;
    private readonly DateTimeOffset _now;
    private readonly List<string> _obstacles = [];
    private readonly List<string> _failures = [];
    private readonly HashSet<BlobName> _referenced = [];
    private readonly Dictionary<string, string> _read = new(StringComparer.Ordinal);

    private HubGc(HubBucket bucket, HubGcOptions options, DateTimeOffset now) => (_bucket, _options, _now) = (bucket, options, now);

    /// <summary>Collects.</summary>
    /// <exception cref="StoreException">The bucket cannot be listed, or a manifest not be read; nothing more is removed then.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time of grace is too short.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Task<HubGcReport> RunAsync(HubBucket bucket, HubGcOptions options, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Grace, HubGcOptions.LeastGrace);
        return new HubGc(bucket, options, time.GetUtcNow()).RunAsync(cancellation);
    }

    private async Task<HubGcReport> RunAsync(CancellationToken cancellation)
    {
        var listed = await _bucket.ListAsync(cancellation).ConfigureAwait(false);
        var former = listed.Marks is null ? null : await _bucket.ReadMarksAsync(cancellation).ConfigureAwait(false);
        await ReadManifestsAsync(listed, cancellation).ConfigureAwait(false);
        var marks = Mark(listed, former?.Marks);
        var due = marks.Where(each => IsDue(each.Value, listed.Blobs[each.Key])).Select(each => ToReport(each.Key, each.Value, listed)).ToList();
        var waiting = marks.Where(each => _obstacles.Count > 0 || !IsDue(each.Value, listed.Blobs[each.Key])).Select(each => ToReport(each.Key, each.Value, listed)).ToList();
        var unreferenced = (Blobs: marks.Count, Bytes: marks.Keys.Sum(blob => listed.Blobs[blob].Length));
        var claims = listed.Claims.Values.Where(claim => claim.Modified < _now - s_staleClaim).Select(static claim => claim.Key).ToList();
        if (_obstacles.Count > 0 || (!_options.DryRun && !await WriteAsync(marks, former?.Version, cancellation).ConfigureAwait(false)))
        {
            (due, claims) = ([], []);
        }

        if (!_options.DryRun)
        {
            await RemoveAsync(claims, cancellation).ConfigureAwait(false);
            due = await RemoveAsync(due, listed, cancellation).ConfigureAwait(false);
            await ForgetAsync(marks, due, cancellation).ConfigureAwait(false);
        }

        return new HubGcReport
        {
            IsDryRun = _options.DryRun,
            Manifests = _read.Count,
            ReferencedBlobs = listed.Blobs.Count - unreferenced.Blobs,
            ReferencedBytes = listed.Bytes - unreferenced.Bytes,
            Waiting = waiting,
            Removed = due,
            RemovedClaims = claims.Count,
            Obstacles = _obstacles,
            Failures = _failures,
        };
    }

    /// <summary>Reads the manifests that were not read in this state before.</summary>
    private async Task ReadManifestsAsync(BucketContents listed, CancellationToken cancellation)
    {
        _obstacles.AddRange(listed.StrangeManifests.Select(static key => $"{key}: may be a manifest, of a kind that is not understood; remove it if it is none"));
        var unread = listed.Manifests.Values.Where(entry => _read.GetValueOrDefault(entry.Info.Key) != entry.Info.Version);
        await ManifestSweep.ReadAsync(_bucket, unread, (entry, reading) =>
        {
            _read[entry.Info.Key] = entry.Info.Version;
            if (!reading.IsGood)
            {
                _obstacles.Add($"{entry.Info.Key}: {reading.Reason ?? reading.Refused[0].ToString()}; push the repository again, or remove it (ferry hf rm --remote)");
            }

            _referenced.UnionWith(reading.Manifest?.Files.Select(static file => file.Blob) ?? []);
        }, cancellation).ConfigureAwait(false);
    }

    /// <summary>What nothing names: with the mark that it had if it is the same object, else with a new one.</summary>
    private SortedDictionary<BlobName, GcMark> Mark(BucketContents listed, IReadOnlyDictionary<BlobName, GcMark>? former)
    {
        var marks = new SortedDictionary<BlobName, GcMark>(Comparer<BlobName>.Create(static (one, other) => string.CompareOrdinal(one.Hex, other.Hex)));
        foreach (var (blob, info) in listed.Blobs.Where(each => !_referenced.Contains(each.Key)))
        {
            marks[blob] = former is not null && former.TryGetValue(blob, out var mark) && IsOf(mark, info) && mark.Since <= _now
                ? mark : new GcMark(_now, info.Version, info.Modified);
        }

        return marks;
    }

    /// <summary>The version alone does not tell: whoever relies on a marked content writes the same bytes anew.</summary>
    private static bool IsOf(GcMark mark, ObjectInfo info) => mark.Version == info.Version && mark.Modified == info.Modified;

    private bool IsDue(GcMark mark, ObjectInfo info) => mark.Since <= _now - _options.Grace && !(info.Modified > _now - _options.Grace);

    private static UnreferencedBlob ToReport(BlobName blob, GcMark mark, BucketContents listed) => new(blob, listed.Blobs[blob].Length, mark.Since);

    /// <summary>Writes the marks before anything is removed: who pushes sees them.</summary>
    private async Task<bool> WriteAsync(SortedDictionary<BlobName, GcMark> marks, string? former, CancellationToken cancellation)
    {
        if (marks.Count == 0)
        {
            await RemoveAsync(former is null ? [] : [_bucket.Keys.Marks], cancellation).ConfigureAwait(false);
            return true;
        }

        var condition = former is null ? WriteOptions.IfAbsent : new WriteOptions { IfVersion = former };
        if (await _bucket.Store.WriteAsync(_bucket.Keys.Marks, ObjectContent.Of(GcMarks.Write(marks)), condition, cancellation).ConfigureAwait(false) == WriteOutcome.Written)
        {
            return true;
        }

        _obstacles.Add($"{_bucket.Keys.Marks}: was changed meanwhile: somebody else is collecting; try again later");
        return false;
    }

    private async Task<List<UnreferencedBlob>> RemoveAsync(List<UnreferencedBlob> due, BucketContents first, CancellationToken cancellation)
    {
        var removed = new List<UnreferencedBlob>();
        foreach (var batch in due.Chunk(Batch))
        {
            // Pushes go on meanwhile: what they have written since the first look counts.
            var now = await _bucket.ListAsync(cancellation).ConfigureAwait(false);
            await ReadManifestsAsync(now, cancellation).ConfigureAwait(false);
            if (_obstacles.Count > 0)
            {
                break;
            }

            var still = batch.Where(each => !_referenced.Contains(each.Blob) && now.Blobs.TryGetValue(each.Blob, out var info)
                && info.Version == first.Blobs[each.Blob].Version && info.Modified == first.Blobs[each.Blob].Modified).ToList();
            var failed = await RemoveAsync([.. still.Select(each => _bucket.Keys.Blob(each.Blob))], cancellation).ConfigureAwait(false);
            removed.AddRange(still.Where(each => !failed.Contains(_bucket.Keys.Blob(each.Blob))));
        }

        await CheckAsync(removed, cancellation).ConfigureAwait(false);
        return removed;
    }

    /// <summary>The older tool does not know of marks: whether a push of it came to need what was just removed is at least told.</summary>
    private async Task CheckAsync(List<UnreferencedBlob> removed, CancellationToken cancellation)
    {
        if (removed.Count == 0)
        {
            return;
        }

        var now = await _bucket.ListAsync(cancellation).ConfigureAwait(false);
        await ReadManifestsAsync(now, cancellation).ConfigureAwait(false);
        _failures.AddRange(removed.Where(each => _referenced.Contains(each.Blob) && !now.Blobs.ContainsKey(each.Blob))
            .Select(each => $"{_bucket.Keys.Blob(each.Blob)}: was removed while somebody pushed a revision that has it; push that again"));
    }

    private async Task ForgetAsync(SortedDictionary<BlobName, GcMark> marks, List<UnreferencedBlob> removed, CancellationToken cancellation)
    {
        if (removed.Count == 0 || await _bucket.ReadMarksAsync(cancellation).ConfigureAwait(false) is not var (version, _))
        {
            return;
        }

        foreach (var each in removed)
        {
            marks.Remove(each.Blob);
        }

        await WriteAsync(marks, version, cancellation).ConfigureAwait(false);
    }

    /// <summary>The keys that are still there.</summary>
    private async Task<HashSet<string>> RemoveAsync(List<string> keys, CancellationToken cancellation)
    {
        if (keys.Count == 0)
        {
            return [];
        }

        var failed = await _bucket.Store.RemoveAsync(keys, cancellation).ConfigureAwait(false);
        _failures.AddRange(failed.Select(static each => each.Error.Message));
        return [.. failed.Select(static each => each.Key)];
    }
}

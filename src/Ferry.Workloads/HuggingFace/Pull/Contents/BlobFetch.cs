using System.Buffers;
using Ferry.Core.Hashing;
using Ferry.Core.Linux;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Workloads.HuggingFace.Pull.Contents;

/// <summary>Downloads contents into a repository of the cache. None has its name before all of it was hashed and is on storage.</summary>
/// <param name="repo">Where to.</param>
/// <param name="plan">Where from, and what.</param>
/// <param name="neighbours">Contents that other repositories of the cache have, and their folders.</param>
/// <param name="workers">Requests at a time; null for what suits the source and the sizes.</param>
/// <param name="tally">Is told what is done.</param>
/// <param name="onProblem">Is told what cannot be had, on any thread.</param>
/// <param name="time">The clock.</param>
internal sealed class BlobFetch(
    RepoWriter repo, PullPlan plan, IReadOnlyDictionary<BlobName, string> neighbours, int? workers, FetchTally tally, Action<ManifestFile, string> onProblem, TimeProvider time) : IDisposable
{
    // Of small contents the time goes into waiting for answers, so there are more of them at once.
    private const int SmallRequests = 48;
    private const int LargeAtOnce = 4;

    // New names in one directory come one after the other; who waits for that only burns time.
    private const int NewFilesAtOnce = 4;
    private const int BufferBytes = 256 * 1024;

    // Whoever has not written for so long is gone, or the store would have failed.
    private static readonly TimeSpan s_inUse = TimeSpan.FromMinutes(2);

    // What is complete waits for its name for much less.
    private static readonly TimeSpan s_forgotten = TimeSpan.FromHours(1);

    private readonly IBlobSource _source = plan.Found.Blobs;
    private readonly RequestLimit _files = new(NewFilesAtOnce);
    private readonly BlobBatch _batch = new(repo, time);

    /// <summary>Downloads what is missing.</summary>
    /// <param name="cancellation">Ends it; what is complete then has its name, and parts of large contents stay for the next pull.</param>
    /// <exception cref="StoreException">The source fails in a way that concerns all of them.</exception>
    /// <exception cref="LinuxException">No room is left.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var bySize = plan.Missing.ToLookup(IsLarge);
        if (plan.LeftBytes > 0)
        {
            repo.RemoveParts(bySize[false].Select(static file => file.Blob).ToHashSet(), Timestamp.From(time.GetUtcNow() - s_forgotten));
        }

        await FetchSmallAsync(bySize[false], cancellation).ConfigureAwait(false);
        using var requests = new RequestLimit(workers ?? _source.Requests);
        var options = new ParallelOptions { MaxDegreeOfParallelism = LargeAtOnce, CancellationToken = cancellation };
        await Parallel.ForEachAsync(
            bySize[true], options, (file, token) => TryAsync(file, () => FetchLargeAsync(file, requests, token), token)).ConfigureAwait(false);
    }

    public void Dispose() => _files.Dispose();

    private bool IsLarge(ManifestFile file) => file.Bytes / 2 > _source.ReadRangeBytes;

    private async Task FetchSmallAsync(IEnumerable<ManifestFile> files, CancellationToken cancellation)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = workers ?? Math.Max(SmallRequests, _source.Requests), CancellationToken = cancellation };
        try
        {
            await Parallel.ForEachAsync(files, options, (file, token) => TryAsync(file, () => FetchSmallAsync(file, token), token)).ConfigureAwait(false);
        }
        finally
        {
            // What is complete is complete, whatever became of the rest.
            _batch.Commit();
        }
    }

    /// <summary>What concerns one content only does not end the others.</summary>
    private async ValueTask TryAsync(ManifestFile file, Func<Task> fetch, CancellationToken cancellation)
    {
        try
        {
            if (!plan.Wrong.Contains(file.Blob) && repo.HasBlob(file.Blob, file.Bytes))
            {
                tally.Found(file.Bytes);
            }
            else if (neighbours.TryGetValue(file.Blob, out var folder) && repo.TryShareBlob(file.Blob, folder, content => IsRight(content, file, cancellation)))
            {
                tally.Shared(file.Bytes);
            }
            else
            {
                await fetch().ConfigureAwait(false);
            }
        }
        catch (StoreException e) when (e.Error is StoreError.NotFound or StoreError.Integrity or StoreError.Invalid)
        {
            onProblem(file, e.Message);
        }
        catch (IOException e) when (e is not StoreException and not LinuxException { IsOutOfSpace: true })
        {
            onProblem(file, e.Message);
        }
    }

    private async Task FetchSmallAsync(ManifestFile file, CancellationToken cancellation)
    {
        var reading = await _source.OpenAsync(file, null, cancellation).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(file.Bytes, 1, BufferBytes));
        await using (reading.ConfigureAwait(false))
        {
            try
            {
                await StoreAsync(file, reading, buffer, cancellation).ConfigureAwait(false);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        tally.Downloaded();
    }

    private async Task StoreAsync(ManifestFile file, ObjectReading reading, byte[] buffer, CancellationToken cancellation)
    {
        if (reading.Length != file.Bytes)
        {
            throw BlobFailure.Length(_source, file, reading.Length);
        }

        // The first piece is mostly all of it: there is no file then until it is known to be right.
        var hasher = new BlobHasher(file.Blob, file.Bytes);
        var read = await ReadAsync(file, reading.Body, buffer, hasher, cancellation).ConfigureAwait(false);
        if (read == file.Bytes)
        {
            Check(file, hasher.Finish(out var all), all);
            using var turn = await _files.EnterAsync(cancellation).ConfigureAwait(false);
            using var whole = repo.CreateBlob(file.Blob);
            whole.Write(buffer.AsSpan(0, read), 0);
            _batch.Add(whole, file.Bytes);
            return;
        }

        using var part = repo.CreateBlob(file.Blob);
        for (var done = 0L; ; done += read, read = await ReadAsync(file, reading.Body, buffer, hasher, cancellation).ConfigureAwait(false))
        {
            part.Write(buffer.AsSpan(0, read), done);
            if (hasher.Length == file.Bytes)
            {
                break;
            }
        }

        Check(file, hasher.Finish(out var sha256), sha256);
        _batch.Add(part, file.Bytes);
    }

    /// <summary>Reads and hashes the next piece: as much as the buffer takes, or the rest.</summary>
    private async Task<int> ReadAsync(ManifestFile file, Stream body, byte[] buffer, BlobHasher hasher, CancellationToken cancellation)
    {
        var wanted = (int)Math.Min(buffer.Length, file.Bytes - hasher.Length);
        var read = await body.ReadAtLeastAsync(buffer.AsMemory(0, wanted), wanted, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        if (read < wanted)
        {
            throw BlobFailure.Short(_source, file);
        }

        hasher.Append(buffer.AsSpan(0, read));
        tally.Received(read);
        tally.Add(read);
        return read;
    }

    private async Task FetchLargeAsync(ManifestFile file, RequestLimit requests, CancellationToken cancellation)
    {
        using var part = repo.CreateBlob(file.Blob, Timestamp.From(time.GetUtcNow() - s_inUse));
        try
        {
            var (isRight, sha256) = await new LargeBlobFetch(_source, file, part, requests, tally).RunAsync(cancellation).ConfigureAwait(false);
            Check(file, isRight, sha256);
        }
        catch (Exception e) when (e is not StoreException { Error: StoreError.Integrity or StoreError.NotFound or StoreError.Invalid })
        {
            // Not the bytes were wrong: the next pull goes on with them.
            part.Keep();
            throw;
        }

        part.Commit();
        tally.Downloaded();
    }

    /// <summary>Whether a content that another repository has is the one that is wanted.</summary>
    private bool IsRight(SafeFileHandle content, ManifestFile file, CancellationToken cancellation)
    {
        var hasher = new BlobHasher(file.Blob, file.Bytes);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int read;
            while ((read = RandomAccess.Read(content, buffer, hasher.Length)) > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                hasher.Append(buffer.AsSpan(0, read));
            }

            return hasher.Finish(out var sha256) && IsKnown(file, sha256);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool IsKnown(ManifestFile file, Digest sha256) => !plan.Found.Manifest.Sha256.TryGetValue(file.Blob, out var known) || known == sha256;

    private void Check(ManifestFile file, bool isRight, Digest sha256)
    {
        if (!isRight || !IsKnown(file, sha256))
        {
            throw BlobFailure.Wrong(_source, file);
        }
    }
}

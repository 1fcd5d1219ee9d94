using System.Buffers;
using Ferry.Core.Hashing;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Pull.Contents;

/// <summary>Downloads one large content: ranges side by side, written where they belong, hashed behind.</summary>
/// <param name="source">Where from.</param>
/// <param name="file">Which.</param>
/// <param name="part">Where to; may have what an earlier pull has left.</param>
/// <param name="requests">Requests at a time, of all contents.</param>
/// <param name="tally">Is told of bytes.</param>
internal sealed class LargeBlobFetch(IBlobSource source, ManifestFile file, IncompleteBlob part, RequestLimit requests, FetchTally tally)
{
    private const int BufferBytes = 1 << 20;
    private const int MaxAttempts = 3;

    private RangeProgress _progress = null!;
    private HashBehind _hash = null!;
    private string _version = "";
    private long _resumed;
    private bool _isReplaced;

    /// <summary>Downloads what is missing.</summary>
    /// <returns>Whether the content has its name, and its SHA-256.</returns>
    /// <exception cref="StoreException">The source does not have it as the manifest says, or fails.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public async Task<(bool IsRight, Digest Sha256)> RunAsync(CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            _isReplaced = false;
            _resumed = 0;
            var found = attempt == 1 && part.FoundBytes <= file.Bytes ? part.FoundBytes : 0;
            if (found == 0)
            {
                RandomAccess.SetLength(part.File, 0);
            }

            try
            {
                var result = await FetchAsync(found, cancellation).ConfigureAwait(false);
                if (result.IsRight || _resumed == 0)
                {
                    tally.Resumed(_resumed);
                    return result;
                }
            }
            catch (StoreException) when (_isReplaced && attempt < MaxAttempts)
            {
                // What is there is of the former object.
            }

            tally.TakeBack(_progress.Total);
        }
    }

    private async Task<(bool IsRight, Digest Sha256)> FetchAsync(long found, CancellationToken cancellation)
    {
        _version = await CheckAsync(cancellation).ConfigureAwait(false);
        _progress = new RangeProgress(file.Bytes, source.ReadRangeBytes);
        _hash = new HashBehind(part.File, _progress);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var hashing = Task.Run(() => _hash.RunAsync(file.Blob, file.Bytes, stop.Token), CancellationToken.None);
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = requests.Count, CancellationToken = cancellation };
            await Parallel.ForEachAsync(
                Enumerable.Range(0, _progress.Count), options, (index, token) => FetchRangeAsync(index, found, token)).ConfigureAwait(false);
            return await hashing.ConfigureAwait(false);
        }
        finally
        {
            // The hashing must not outlive the file.
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)hashing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A manifest may claim any size: one byte of the object tells its own, before anything is written.</summary>
    private async Task<string> CheckAsync(CancellationToken cancellation)
    {
        using var turn = await requests.EnterAsync(cancellation).ConfigureAwait(false);
        var reading = await source.OpenAsync(file, new ByteRange(0, 1), cancellation).ConfigureAwait(false);
        await using (reading.ConfigureAwait(false))
        {
            return reading.Info.Length == file.Bytes ? reading.Info.Version : throw BlobFailure.Length(source, file, reading.Info.Length);
        }
    }

    private async ValueTask FetchRangeAsync(int index, long found, CancellationToken cancellation)
    {
        using var turn = await requests.EnterAsync(cancellation).ConfigureAwait(false);
        var range = _progress[index];
        var there = found > range.Offset ? LeftPart.CountIn(part.File, range, found) : 0;
        Interlocked.Add(ref _resumed, there);
        Note(index, there);
        if (there < range.Length)
        {
            var reading = await source.OpenAsync(file, new ByteRange(range.Offset + there, range.Length - there), cancellation).ConfigureAwait(false);
            await using (reading.ConfigureAwait(false))
            {
                await WriteAsync(index, range.Offset + there, range.Length - there, reading, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task WriteAsync(int index, long offset, long count, ObjectReading reading, CancellationToken cancellation)
    {
        if (reading.Info.Version != _version || reading.Length != count)
        {
            _isReplaced = true;
            throw new StoreException(StoreError.Transient, $"{source.Name}: the blob {file.Blob} was replaced while it was read; pull again");
        }

        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(BufferBytes, count));
        try
        {
            for (var done = 0L; done < count;)
            {
                var wanted = (int)Math.Min(buffer.Length, count - done);
                var read = await reading.Body.ReadAtLeastAsync(buffer.AsMemory(0, wanted), wanted, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
                if (read == 0)
                {
                    throw BlobFailure.Short(source, file);
                }

                part.Write(buffer.AsSpan(0, read), offset + done);
                done += read;
                tally.Received(read);
                Note(index, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Note(int index, long count)
    {
        _progress.Add(index, count);
        tally.Add(count);
        _hash.Tell();
    }
}

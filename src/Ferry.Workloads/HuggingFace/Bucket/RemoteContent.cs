using System.Buffers;
using Ferry.Core.Hashing;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Bucket;

/// <summary>Reads contents of a bucket to see whether they are what their names say.</summary>
internal static class RemoteContent
{
    private const int BlockBytes = 256 << 10;

    /// <summary>Reads a content and hashes it.</summary>
    /// <param name="bucket">Where.</param>
    /// <param name="name">Which.</param>
    /// <param name="progress">Is told of bytes that were read; null for nobody.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Its SHA-256 if it is right; null for another content, or none.</returns>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public static async Task<Digest?> CheckAsync(HubBucket bucket, BlobName name, Action<long>? progress, CancellationToken cancellation)
    {
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            var reading = await bucket.Store.ReadAsync(bucket.Keys.Blob(name), null, cancellation).ConfigureAwait(false);
            await using (reading.ConfigureAwait(false))
            {
                var hasher = new BlobHasher(name, reading.Length);
                int read;
                while ((read = await reading.Body.ReadAsync(block, cancellation).ConfigureAwait(false)) > 0)
                {
                    hasher.Append(block.AsSpan(0, read));
                    progress?.Invoke(read);
                }

                return hasher.Finish(out var sha256) ? sha256 : null;
            }
        }
        catch (StoreException e) when (e.Error == StoreError.NotFound)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}

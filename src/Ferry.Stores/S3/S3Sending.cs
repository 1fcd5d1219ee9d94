using Amazon.S3;
using Ferry.Core.Storage;

namespace Ferry.Stores.S3;

/// <summary>Sends ranges of content.</summary>
internal static class S3Sending
{
    /// <summary>Makes one request with a body, which is not held in memory.</summary>
    /// <exception cref="IOException">The content cannot be read.</exception>
    public static async Task<T> SendAsync<T>(
        S3Connection connection, string key, ObjectContent content, ByteRange range, Action<long>? progress,
        Func<IAmazonS3, SentStream, CancellationToken, Task<T>> send, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var guard = new StallGuard(connection.Options.StallLimit, TimeProvider.System, cancellation);
        await using var stream = new SentStream(content, range, progress, guard);
        try
        {
            return await connection.CallAsync("write", key, (s3, g) => send(s3, stream, g.Token), guard, cancellation).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            stream.TakeBack();
            if (e is StoreException && stream.ReadFailure is { } failure) throw failure;
            throw;
        }
    }
}

using System.Globalization;
using System.Net;
using Amazon.Runtime.Internal;
using Amazon.S3;
using Amazon.S3.Model;
using Ferry.Core.Storage;
using ByteRange = Ferry.Core.Storage.ByteRange;

namespace Ferry.Stores.S3;

/// <summary>A bucket on a server that speaks S3: Amazon's, Ceph, Swift, MinIO, Google's and others.</summary>
public sealed class S3Store : IObjectStore
{
    private const int RemovalBatch = 1000;
    private readonly S3Connection _connection;
    private readonly S3Conditions _conditions;
    private readonly S3Writer _writer;
    private readonly S3StoreOptions _options;
    private volatile bool _isBucketSeen;

    /// <summary>Opens the store; nothing is asked of the server before the first call.</summary>
    /// <exception cref="IOException">The certificate bundle cannot be read.</exception>
    public S3Store(S3StoreOptions options)
    {
        _options = options;
        _connection = new S3Connection(options);
        _conditions = new S3Conditions(_connection);
        _writer = new S3Writer(_connection, _conditions, FindAsync);
    }

    /// <summary>What is known of the server; whether it decides conditions is known from the first conditional writes on.</summary>
    public StoreFacts Facts => new(_options.Name, Requests: 16, _conditions.AreKnownToHold, ReadRangeBytes: _options.PartBytes)
    {
        ConditionalBytes = _conditions.AreKnownToHoldInParts ? long.MaxValue : _options.PartBytes,
    };

    /// <inheritdoc/>
    public async Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellation)
    {
        var request = new GetObjectMetadataRequest { BucketName = _options.Bucket, Key = S3Keys.InBucket(_options, key) };
        try
        {
            var head = await _connection.CallAsync("read", key, (s3, guard) => s3.GetObjectMetadataAsync(request, guard.Token), cancellation)
                .ConfigureAwait(false);
            _isBucketSeen = true;
            return new ObjectInfo(key, head.ContentLength, S3Keys.Version(head.ETag), S3Listing.Modified(head.LastModified));
        }
        catch (StoreException e) when (e.Error is StoreError.NotFound)
        {
            if (!_isBucketSeen) await ExplainAsync(cancellation).ConfigureAwait(false);
            return null;
        }
        catch (StoreException e) when (e.Error is StoreError.Denied)
        {
            await ExplainAsync(cancellation).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<ObjectReading> ReadAsync(string key, ByteRange? range, CancellationToken cancellation)
    {
        var request = new GetObjectRequest { BucketName = _options.Bucket, Key = S3Keys.InBucket(_options, key) };
        if (range is { } wanted)
        {
            if (wanted.Offset < 0 || wanted.Length < 1) throw Failure(StoreError.Invalid, "there is no such range");
            request.ByteRange = new Amazon.S3.Model.ByteRange(wanted.Offset, wanted.Offset + Math.Min(wanted.Length, long.MaxValue - wanted.Offset) - 1);
        }

        else
        {
            // Of a whole object the SDK would take the ETag for an MD5, which it need not be, and spend more time on it than on the transfer; of a range it does
            // not. When this is called the request's headers are made: no range is asked for.
            ((IAmazonWebServiceRequest)request).AddBeforeRequestHandler((_, _) => request.ByteRange = new Amazon.S3.Model.ByteRange(0, 0));
        }

        var guard = new StallGuard(_options.StallLimit, TimeProvider.System, cancellation);
        GetObjectResponse? answer = null;
        try
        {
            answer = await _connection.CallAsync("read", key, (s3, g) => s3.GetObjectAsync(request, g.Token), guard, cancellation).ConfigureAwait(false);
            guard.Pause();
            var whole = range is { } asked ? WholeLength(answer, asked) : answer.ContentLength;
            if (whole is null) throw Failure(StoreError.Transient, "the answer is for another range than was asked for");
            _isBucketSeen = true;
            var info = new ObjectInfo(key, whole.Value, S3Keys.Version(answer.ETag), S3Listing.Modified(answer.LastModified));
            var body = new ReceivedStream(answer.ResponseStream, answer.ContentLength, guard, Explain);
            return new ObjectReading(info, answer.ContentLength, body, new Owner(answer, guard));
        }
        catch
        {
            answer?.Dispose();
            guard.Dispose();
            throw;
        }

        StoreException Explain(Exception failure)
        {
            cancellation.ThrowIfCancellationRequested();
            return _connection.Explain(failure, "read", key, guard);
        }

        StoreException Failure(StoreError error, string why) => new(error, S3Errors.Message(_options, "read", key, why));
    }

    /// <inheritdoc/>
    public Task<WriteOutcome> WriteAsync(string key, ObjectContent content, WriteOptions options, CancellationToken cancellation) =>
        _writer.WriteAsync(key, content, options, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellation) =>
        S3Listing.ListAsync(_connection, prefix, cancellation);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<FailedRemoval>> RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        var failed = new List<FailedRemoval>();
        foreach (var batch in keys.Chunk(RemovalBatch)) failed.AddRange(await RemoveBatchAsync(batch, cancellation).ConfigureAwait(false));
        return failed;
    }

    /// <summary>Finds out which conditions of writes the server decides, which otherwise the first conditional writes do.</summary>
    public async Task ProbeAsync(CancellationToken cancellation)
    {
        await _conditions.IfAbsentAsync(cancellation).ConfigureAwait(false);
        await _conditions.IfVersionAsync(cancellation).ConfigureAwait(false);
        await _conditions.InPartsAsync(cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _conditions.Dispose();
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>An answer to HEAD has no body that would say why: a listing has.</summary>
    private async Task ExplainAsync(CancellationToken cancellation)
    {
        var request = new ListObjectsV2Request { BucketName = _options.Bucket, Prefix = _options.Prefix, MaxKeys = 1 };
        try
        {
            await _connection.CallAsync("read", "", (s3, guard) => s3.ListObjectsV2Async(request, guard.Token), cancellation).ConfigureAwait(false);
            _isBucketSeen = true;
        }
        catch (StoreException e) when (e is { Error: StoreError.Denied, InnerException: AmazonS3Exception { ErrorCode: "AccessDenied" } })
        {
            // Whoever may not list may still read.
        }
    }

    private async Task<IEnumerable<FailedRemoval>> RemoveBatchAsync(string[] keys, CancellationToken cancellation)
    {
        var request = new DeleteObjectsRequest
        {
            BucketName = _options.Bucket, Quiet = true, Objects = [.. keys.Select(key => new KeyVersion { Key = S3Keys.InBucket(_options, key) })],
        };
        var errors = await _connection.CallAsync("remove", "", async (s3, guard) =>
        {
            try
            {
                return (await s3.DeleteObjectsAsync(request, guard.Token).ConfigureAwait(false)).DeleteErrors;
            }
            catch (DeleteObjectsException e)
            {
                return e.Response.DeleteErrors;
            }
        }, cancellation).ConfigureAwait(false);
        return (errors ?? []).Where(error => error.Code != "NoSuchKey").Select(error =>
        {
            var key = error.Key.StartsWith(_options.Prefix, StringComparison.Ordinal) ? error.Key[_options.Prefix.Length..] : error.Key;
            return new FailedRemoval(key, S3Errors.Explain(error.Code ?? "", error.Message, _options, "remove", key));
        });
    }

    /// <summary>The whole object's length by <c>Content-Range: bytes 0-4/100</c>; null if that is not what was asked for.</summary>
    private static long? WholeLength(GetObjectResponse answer, ByteRange asked)
    {
        var text = answer.ContentRange.AsSpan();
        if (answer.HttpStatusCode != HttpStatusCode.PartialContent || !text.StartsWith("bytes ")) return null;
        text = text["bytes ".Length..];
        var (dash, slash) = (text.IndexOf('-'), text.IndexOf('/'));
        if (dash < 0 || slash < dash
            || !long.TryParse(text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !long.TryParse(text[(dash + 1)..slash], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            || !long.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var whole))
            return null;
        var isAsAsked = first == asked.Offset && last - first + 1 == Math.Min(asked.Length, whole - first) && answer.ContentLength == last - first + 1;
        return isAsAsked ? whole : null;
    }

    private sealed class Owner(GetObjectResponse answer, StallGuard guard) : IDisposable
    {
        public void Dispose()
        {
            answer.Dispose();
            guard.Dispose();
        }
    }
}
